/** How each step is taken: at once, by a dialog of its own, with a reason, or only after asking again. */

import type { ReferralEvent } from '../../api/types';

const AT_ONCE = [
  'submit',
  'arrive',
  'admit',
  'see',
  'return',
  'start_follow_up',
  'close',
] as const satisfies readonly ReferralEvent[];

const WITH_REASON = [
  'cancel',
  'decline_down',
  'withdraw_down',
  'go_external',
  'supersede',
] as const satisfies readonly ReferralEvent[];

const ASKED_AGAIN = ['no_show', 'record_death'] as const satisfies readonly ReferralEvent[];

export type AtOnce = (typeof AT_ONCE)[number];
export type WithReason = (typeof WITH_REASON)[number];
export type AskedAgain = (typeof ASKED_AGAIN)[number];
/** What opens a dialog. */
export type Filled = Exclude<ReferralEvent, AtOnce>;

/** What leads on; everything else stands under "something else happened". */
const ONWARD: ReadonlySet<ReferralEvent> = new Set([
  ...AT_ONCE,
  'accept',
  'arrange_transport',
  'depart',
  'propose_down',
  'accept_down',
  'discharge',
] satisfies ReferralEvent[]);

export function isAtOnce(event: ReferralEvent): event is AtOnce {
  return (AT_ONCE as readonly ReferralEvent[]).includes(event);
}

export function isWithReason(event: ReferralEvent): event is WithReason {
  return (WITH_REASON as readonly ReferralEvent[]).includes(event);
}

export function isAskedAgain(event: ReferralEvent): event is AskedAgain {
  return (ASKED_AGAIN as readonly ReferralEvent[]).includes(event);
}

/** The served events in two groups, in the order of the table. */
export function grouped(events: readonly ReferralEvent[]) {
  return {
    onward: events.filter((event) => ONWARD.has(event)),
    otherwise: events.filter((event) => !ONWARD.has(event)),
  };
}
