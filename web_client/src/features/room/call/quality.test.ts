import { expect, test } from 'vitest';
import { qualityOf } from './quality';

const START = { packetsReceived: 0, packetsLost: 0, roundTripMs: 40 };

test('nothing is claimed before two samples', () => {
  expect(qualityOf(null, START)).toBe('unknown');
});

test.each([
  [1000, 0, 40, 'good'],
  [960, 40, 40, 'fair'],
  [900, 100, 40, 'poor'],
  [1000, 0, 300, 'fair'],
  [1000, 0, 900, 'poor'],
] as const)('%i received, %i lost, %i ms is %s', (packetsReceived, packetsLost, roundTripMs, quality) => {
  expect(qualityOf(START, { packetsReceived, packetsLost, roundTripMs })).toBe(quality);
});
