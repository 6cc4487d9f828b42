import { expect, test } from 'vitest';
import type { ConsultSummary } from '../../api/types';
import { byTimeToBreach, moved, newRings } from './order';

function consult(
  id: string,
  breachAt: string | null,
  urgency: ConsultSummary['urgency'] = 'routine',
): ConsultSummary {
  const department = { id: 'd', name: '放射科', institution_id: 'i', institution_name: '县医院' };
  const requester = {
    person_id: 'r',
    name: '李',
    institution_id: 't',
    institution_name: '卫生院',
    department_id: null,
    department_name: null,
  };
  return {
    id,
    version: 1,
    state: 'offered',
    urgency,
    mode: 'live',
    question: '?',
    patient: { id: 'p', name: '王', sex: 'male', birth_date: null },
    department,
    requester,
    specialist: null,
    rings_me: true,
    my_invitation: null,
    created_at: `2026-01-01T00:00:0${id}Z`,
    submitted_at: null,
    deadlines: { escalate_at: null, breach_at: breachAt, report_due_at: null, acknowledge_due_at: null },
  };
}

const LATE = consult('1', '2026-01-02T00:00:00Z');
const SOON = consult('2', '2026-01-01T01:00:00Z');
const NEVER = consult('3', null, 'emergent');

test('what runs out first stands first', () => {
  expect(byTimeToBreach([LATE, NEVER, SOON]).map(({ id }) => id)).toEqual(['2', '1', '3']);
});

test('without deadlines the more urgent stands first', () => {
  const calm = consult('1', null);
  expect(byTimeToBreach([calm, NEVER]).map(({ id }) => id)).toEqual(['3', '1']);
});

test('only what did not ring before is new', () => {
  expect(newRings(new Set(['1']), [LATE, SOON]).map(({ id }) => id)).toEqual(['2']);
});

test('the marked row stays inside the list', () => {
  expect(moved(['a', 'b'], null, 1)).toBe('a');
  expect(moved(['a', 'b'], 'b', 1)).toBe('b');
  expect(moved(['a', 'b'], 'b', -1)).toBe('a');
  expect(moved([], 'b', 1)).toBeNull();
});
