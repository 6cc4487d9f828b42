import { expect, test } from 'vitest';
import { boundsOf, presetsOf, windowOf } from './presets';

test('a window and its bounds are two ways to say the same', () => {
  expect(windowOf(boundsOf({ center: 40, width: 400 }))).toEqual({ center: 40, width: 400 });
  expect(boundsOf({ center: 2048, width: 4096 })).toEqual({ lower: 0, upper: 4095 });
});

test("the image's own windows come first and every image has its full range", () => {
  const own = [{ name: 'NORMAL', window: { center: 600, width: 800 } }];
  expect(presetsOf('CR', own).map(({ kind }) => kind)).toEqual(['own', 'full']);
  expect(presetsOf('CT', []).map(({ kind }) => kind)).toContain('lung');
});
