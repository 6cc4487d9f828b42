import { expect, test } from 'vitest';
import { bars, written } from './figures';

test('a figure is written as its form asks', () => {
  expect(written('share', { value: 0.9375, high: null })).toBe('93.8%');
  expect(written('duration', { value: 2, high: 11.25 })).toBe('2.0 / 11.3');
  expect(written('relation', { value: 0.5, high: null })).toBe('0.50');
  expect(written('share', { value: null, high: null })).toBe('—');
});

test('bars stand on the ground, stay in the box and leave a gap for nothing', () => {
  expect(bars([0.5, null, 1], 1, 20)).toEqual([
    { x: 0, y: 10, height: 10 },
    null,
    { x: 2, y: 0, height: 20 },
  ]);
  expect(bars([0, 0], null, 20)).toEqual([
    { x: 0, y: 19, height: 1 },
    { x: 1, y: 19, height: 1 },
  ]);
});
