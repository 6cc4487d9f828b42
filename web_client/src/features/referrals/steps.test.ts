import { describe, expect, it } from 'vitest';
import type { ReferralEvent } from '../../api/types';
import { grouped, isAskedAgain, isAtOnce, isWithReason } from './steps';

describe('the steps of a referral', () => {
  it('puts what leads on before what went wrong, and loses none', () => {
    const served: ReferralEvent[] = ['rebook', 'depart', 'cancel', 'arrive', 'record_death'];
    const { onward, otherwise } = grouped(served);
    expect(onward).toEqual(['depart', 'arrive']);
    expect([...onward, ...otherwise].sort()).toEqual([...served].sort());
  });

  it('takes no step in two ways', () => {
    const events: ReferralEvent[] = ['submit', 'cancel', 'no_show', 'accept', 'discharge', 'record_death'];
    for (const event of events) {
      const ways = [isAtOnce(event), isWithReason(event), isAskedAgain(event)].filter(Boolean);
      expect(ways.length).toBeLessThanOrEqual(1);
    }
  });

  it('never records a death at a single press', () => {
    expect(isAtOnce('record_death')).toBe(false);
    expect(isAskedAgain('record_death')).toBe(true);
  });
});
