import { consult, report, worklist } from './en/consult';
import { experts, meeting } from './en/experts';
import { importProblems, imports } from './en/imports';
import { oversight, oversightProblems } from './en/oversight';
import { patients } from './en/patients';
import { account, people, peopleProblems, places } from './en/people';
import { problems } from './en/problems';
import { beds, record, referral } from './en/referral';
import { request } from './en/request';
import { room, viewer } from './en/room';
import { rosterProblems, rosters } from './en/rosters';
import { session, shell, ui } from './en/shell';
import { writeBack, writeBackProblems } from './en/writeBack';
import type { Texts } from './zh';

export const en: Texts = {
  shell,
  session,
  ui,
  problems: {
    ...problems,
    ...rosterProblems,
    ...oversightProblems,
    ...peopleProblems,
    ...writeBackProblems,
    ...importProblems,
  },
  patients,
  request,
  consult,
  meeting,
  experts,
  worklist,
  report,
  referral,
  beds,
  record,
  room,
  viewer,
  writeBack,
  rosters,
  oversight,
  people,
  places,
  account,
  imports,
};
