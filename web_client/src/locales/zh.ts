import { consult, report, worklist } from './zh/consult';
import { experts, meeting } from './zh/experts';
import type { later } from './zh/later';
import { patients } from './zh/patients';
import { problems } from './zh/problems';
import { beds, record, referral } from './zh/referral';
import { request } from './zh/request';
import { room, viewer } from './zh/room';
import { session, shell, ui } from './zh/shell';

export const zh = {
  shell,
  session,
  ui,
  problems,
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
};

type Worded<Node> = { readonly [Key in keyof Node]: Node[Key] extends string ? string : Worded<Node[Key]> };

/** The shape that every language fills. */
export type Texts = Worded<typeof zh & typeof later>;
