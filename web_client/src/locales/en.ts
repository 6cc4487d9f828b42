import { consult, report, worklist } from './en/consult';
import { patients } from './en/patients';
import { problems } from './en/problems';
import { beds, record, referral } from './en/referral';
import { request } from './en/request';
import { room, viewer } from './en/room';
import { session, shell, ui } from './en/shell';
import { writeBack } from './en/writeBack';
import type { Texts } from './zh';

export const en: Texts = {
  shell,
  session,
  ui,
  problems,
  patients,
  request,
  consult,
  worklist,
  report,
  referral,
  beds,
  record,
  room,
  viewer,
  writeBack,
};
