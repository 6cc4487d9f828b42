/** Which of the doctor's consults wait for the doctor, which run, which are over. Pure. */

import type { ConsultState, ConsultSummary } from '../../api/types';

export type Group = 'needsMe' | 'running' | 'finished';

const GROUPS: Readonly<Record<ConsultState, Group>> = {
  draft: 'needsMe',
  info_needed: 'needsMe',
  accepted: 'needsMe',
  in_session: 'needsMe',
  reported: 'needsMe',
  declined: 'needsMe',
  submitted: 'running',
  offered: 'running',
  scheduled: 'running',
  no_show: 'running',
  answering: 'running',
  interrupted: 'running',
  awaiting_report: 'running',
  acknowledged: 'finished',
  closed: 'finished',
  cancelled: 'finished',
};

const URGENCY_ORDER = { emergent: 0, urgent: 1, routine: 2 } as const;

/** Consults by group, the most pressing first, the finished by date. */
export function grouped(
  consults: readonly ConsultSummary[],
): Readonly<Record<Group, readonly ConsultSummary[]>> {
  const groups: Record<Group, ConsultSummary[]> = { needsMe: [], running: [], finished: [] };
  for (const consult of consults) groups[GROUPS[consult.state]].push(consult);
  const pressing = (a: ConsultSummary, b: ConsultSummary) =>
    URGENCY_ORDER[a.urgency] - URGENCY_ORDER[b.urgency] || b.created_at.localeCompare(a.created_at);
  groups.needsMe.sort(pressing);
  groups.running.sort(pressing);
  groups.finished.sort((a, b) => b.created_at.localeCompare(a.created_at));
  return groups;
}
