import { expect, test } from 'vitest';
import { NOT_PUBLISHING, type Publishing, type PublishingEvent, step } from './publishing';

function play(events: readonly PublishingEvent[], from: Publishing = NOT_PUBLISHING) {
  let state = from;
  const effects = [];
  for (const event of events) {
    const [next, more] = step(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

const STARTED: PublishingEvent[] = [{ type: 'media_epoch', mediaEpoch: 1 }];
const answer = (revision: number, mediaEpoch = 1): PublishingEvent => ({
  type: 'answered',
  mediaEpoch,
  revision,
  sdp: `answer ${revision}`,
});

test('a relay that takes the room gets an offer on a new connection', () => {
  const { effects } = play(STARTED);
  expect(effects).toEqual([
    { type: 'rebuild' },
    { type: 'offer', mediaEpoch: 1, revision: 1, iceRestart: false },
  ]);
});

test('a change while an offer is on its way is offered after the answer', () => {
  const { state, effects } = play([...STARTED, { type: 'tracks_changed' }, answer(1)]);
  expect(effects.slice(2)).toEqual([
    { type: 'apply', sdp: 'answer 1' },
    { type: 'offer', mediaEpoch: 1, revision: 2, iceRestart: false },
  ]);
  expect(state).toMatchObject({ phase: 'offering', revision: 2 });
});

test('an answer to an older offer is ignored', () => {
  const { effects } = play([...STARTED, answer(1), { type: 'tracks_changed' }, answer(1)]);
  expect(effects.filter((effect) => effect.type === 'apply')).toHaveLength(1);
});

test('an answer of the relay before is ignored', () => {
  const { state } = play([...STARTED, { type: 'media_epoch', mediaEpoch: 2 }, answer(2, 1)]);
  expect(state).toMatchObject({ phase: 'offering', mediaEpoch: 2 });
});

test('a failed connection is offered again with new ICE credentials', () => {
  const { effects } = play([...STARTED, answer(1), { type: 'connection_failed' }]);
  expect(effects.at(-1)).toEqual({ type: 'offer', mediaEpoch: 1, revision: 2, iceRestart: true });
});

test('nothing is offered before a relay has the room', () => {
  expect(play([{ type: 'tracks_changed' }, { type: 'connection_failed' }]).effects).toEqual([]);
});
