import { expect, test } from 'vitest';
import { ageOn } from './dates';

const TODAY = '2026-11-22';

test('the birthday counts from its own day on', () => {
  expect(ageOn('1991-11-22', TODAY)).toBe(35);
  expect(ageOn('1991-11-23', TODAY)).toBe(34);
});
