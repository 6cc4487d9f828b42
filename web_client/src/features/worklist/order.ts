/** The worklist's order: what rings first, then by time to breach. Pure. */

import type { ConsultSummary } from '../../api/types';

const URGENCY_ORDER = { emergent: 0, urgent: 1, routine: 2 } as const;

/** The next clock that runs out for the specialist; infinity when none runs. */
function dueMs({ deadlines }: ConsultSummary): number {
  const at = deadlines.breach_at ?? deadlines.report_due_at;
  return at ? new Date(at).getTime() : Number.POSITIVE_INFINITY;
}

export function byTimeToBreach(consults: readonly ConsultSummary[]): readonly ConsultSummary[] {
  const compare = (a: ConsultSummary, b: ConsultSummary) => {
    const [dueA, dueB] = [dueMs(a), dueMs(b)];
    if (dueA !== dueB) return dueA < dueB ? -1 : 1;
    return URGENCY_ORDER[a.urgency] - URGENCY_ORDER[b.urgency] || a.created_at.localeCompare(b.created_at);
  };
  return [...consults].sort(compare);
}

/** Those that ring me now and didn't before. */
export function newRings(
  before: ReadonlySet<string>,
  consults: readonly ConsultSummary[],
): readonly ConsultSummary[] {
  return consults.filter((consult) => consult.rings_me && !before.has(consult.id));
}

/** The id `by` places further, staying inside the list. */
export function moved(ids: readonly string[], current: string | null, by: 1 | -1): string | null {
  const index = current === null ? -1 : ids.indexOf(current);
  if (index === -1) return ids[0] ?? null;
  return ids[Math.min(Math.max(index + by, 0), ids.length - 1)] ?? null;
}
