import { describe, expect, test } from 'vitest';
import {
  differing,
  EMPTY_QUEUE,
  isSettled,
  type Queue,
  type QueueEffect,
  type QueueEvent,
  step,
  summary,
} from './queue';

function play(events: readonly QueueEvent[], from: Queue = EMPTY_QUEUE): [Queue, QueueEffect[]] {
  const effects: QueueEffect[] = [];
  let queue = from;
  for (const event of events) {
    const [next, more] = step(queue, event);
    queue = next;
    effects.push(...more);
  }
  return [queue, effects];
}

const file = (id: string, sizeBytes = 100) => ({ id, name: `${id}.dcm`, sizeBytes });
const ADDED: QueueEvent = { type: 'added', files: [file('a'), file('b', 200), file('c', 300)] };
const LOOKED: QueueEvent[] = [
  ADDED,
  ...['a', 'b', 'c'].map((id): QueueEvent => ({ type: 'looked_at', id, code: null })),
];
const sends = (effects: readonly QueueEffect[]) => effects.filter((effect) => effect.type === 'send');

describe('sending', () => {
  test('runs two files at once and the third when one is stored', () => {
    const [queue, effects] = play(LOOKED);
    expect(sends(effects)).toEqual([
      { type: 'send', id: 'a' },
      { type: 'send', id: 'b' },
    ]);
    const [, more] = step(queue, { type: 'stored', id: 'a', studyUid: '1.2' });
    expect(more).toEqual([{ type: 'send', id: 'c' }]);
  });

  test('leaves out what is not DICOM and goes on with the others', () => {
    const [queue] = play([
      ADDED,
      { type: 'looked_at', id: 'a', code: 'upload/not-dicom' },
      { type: 'looked_at', id: 'b', code: null },
      { type: 'looked_at', id: 'c', code: null },
    ]);
    expect(queue.items.map(({ upload }) => upload.phase)).toEqual(['failed', 'sending', 'sending']);
  });

  test('gives up after six tries on a dead line', () => {
    let [queue] = play(LOOKED);
    for (let tries = 1; tries <= 5; tries += 1) {
      const [resting, effects] = step(queue, { type: 'line_dropped', id: 'a', code: 'line/down' });
      expect(effects).toContainEqual({ type: 'rest', id: 'a', attempt: tries });
      [queue] = play([{ type: 'rested', id: 'a' }], resting);
    }
    const [last] = step(queue, { type: 'line_dropped', id: 'a', code: 'line/down' });
    expect(last.items[0]?.upload).toEqual({ phase: 'failed', code: 'line/down', canRetry: true });
  });

  test('takes the same file dropped twice once', () => {
    const [queue] = play([...LOOKED, { type: 'added', files: [{ ...file('a'), id: 'z' }] }]);
    expect(queue.items).toHaveLength(3);
  });

  test('rests after the line dropped, then tries again', () => {
    const [queue, effects] = play([...LOOKED, { type: 'line_dropped', id: 'a', code: 'line/down' }]);
    expect(effects.at(-1)).toEqual({ type: 'rest', id: 'a', attempt: 1 });
    const [again, more] = step(queue, { type: 'rested', id: 'a' });
    expect(more).toContainEqual({ type: 'send', id: 'a' });
    expect(again.items[0]?.upload.phase).toBe('sending');
  });

  test('aborts a file that is taken out of the queue', () => {
    const [queue, effects] = play([...LOOKED, { type: 'removed', id: 'b' }]);
    expect(effects).toContainEqual({ type: 'abort', id: 'b' });
    expect(queue.items.map(({ id }) => id)).toEqual(['a', 'c']);
  });
});

describe('attaching', () => {
  const STORED: QueueEvent[] = [...LOOKED, { type: 'stored', id: 'a', studyUid: '1.2' }];

  test('waits for the consult to exist', () => {
    const [queue, before] = play(STORED);
    expect(before.some((effect) => effect.type === 'attach')).toBe(false);
    const [, effects] = step(queue, { type: 'consult_known', consultId: 'k' });
    expect(effects).toEqual([{ type: 'attach', consultId: 'k', studyUid: '1.2', mismatchConfirmed: false }]);
  });

  test('attaches a study of many files once', () => {
    const [, effects] = play([
      ...STORED,
      { type: 'consult_known', consultId: 'k' },
      { type: 'attached', studyUid: '1.2' },
      { type: 'stored', id: 'b', studyUid: '1.2' },
    ]);
    expect(effects.filter((effect) => effect.type === 'attach')).toHaveLength(1);
  });

  test('asks before it attaches images of somebody else', () => {
    const [queue] = play([
      ...STORED,
      { type: 'consult_known', consultId: 'k' },
      { type: 'patient_differs', studyUid: '1.2' },
    ]);
    expect(differing(queue)).toEqual(['1.2']);
    expect(step(queue, { type: 'mismatch_answered', studyUid: '1.2', isSamePatient: true })[1]).toEqual([
      { type: 'attach', consultId: 'k', studyUid: '1.2', mismatchConfirmed: true },
    ]);
    const [refused] = step(queue, { type: 'mismatch_answered', studyUid: '1.2', isSamePatient: false });
    expect(isSettled(refused)).toBe(true);
  });
});

test('the summary counts bytes on the way', () => {
  const [queue] = play([
    ...LOOKED,
    { type: 'progress', id: 'b', sentBytes: 50 },
    { type: 'stored', id: 'a', studyUid: '1.2' },
  ]);
  expect(summary(queue)).toEqual({ unfinished: 2, failed: 0, stored: 1, sentBytes: 150, totalBytes: 600 });
});
