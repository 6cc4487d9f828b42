import { expect, test } from 'vitest';
import { readHint } from './liveEvents';

test('a hint is read', () => {
  expect(readHint('{"kind":"consult","id":"c1","version":3,"reason":"offered"}')).toEqual({
    kind: 'consult',
    id: 'c1',
    reason: 'offered',
  });
});

test.each(['', 'null', '{"kind":"weather","id":"c1"}', '{"kind":"consult"}'])(
  '%j is none of ours',
  (data) => {
    expect(readHint(data)).toBeNull();
  },
);
