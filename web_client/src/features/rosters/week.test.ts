import { expect, test } from 'vitest';
import { dateOf, spanOn, withinDay } from './week';

const START = '2026-05-31T16:00:00Z'; // Monday, 1 June 2026 in China

test('a day of the week has its own date', () => {
  expect(dateOf('2026-06-01', 0)).toBe('2026-06-01');
  expect(dateOf('2026-06-29', 6)).toBe('2026-07-05');
});

test('a night shift ends the next day, and a whole day lasts 24 hours', () => {
  expect(spanOn(START, 0, '08:00', '17:30')).toEqual({
    starts_at: '2026-06-01T00:00:00.000Z',
    ends_at: '2026-06-01T09:30:00.000Z',
  });
  expect(spanOn(START, 6, '17:30', '08:00')?.ends_at).toBe('2026-06-08T00:00:00.000Z');
  expect(spanOn(START, 1, '08:00', '08:00')?.ends_at).toBe('2026-06-03T00:00:00.000Z');
  expect(spanOn(START, 1, '', '08:00')).toBeNull();
});

test('each day shows its own part of a span', () => {
  const night = { starts_at: '2026-06-01T09:30:00Z', ends_at: '2026-06-02T00:00:00Z' };
  expect(withinDay(START, night, 0)).toEqual({ from: '17:30', to: '24:00' });
  expect(withinDay(START, night, 1)).toEqual({ from: '00:00', to: '08:00' });
  expect(withinDay(START, night, 2)).toBeNull();
});
