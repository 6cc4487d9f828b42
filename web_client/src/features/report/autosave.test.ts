import { expect, test } from 'vitest';
import { type Autosave, type AutosaveEvent, step } from './autosave';

const EMPTY = { findings: '', assessment: '', advice: '' };
const CLEAN: Autosave = { phase: 'clean', content: EMPTY, version: 3 };

function play(events: readonly AutosaveEvent[], from: Autosave = CLEAN) {
  let state = from;
  const effects = [];
  for (const event of events) {
    const [next, more] = step(state, event);
    state = next;
    effects.push(...more);
  }
  return { state, effects };
}

test('typing saves two seconds after the last key', () => {
  const { effects } = play([{ type: 'edited', part: { advice: '抗' } }, { type: 'due' }]);
  expect(effects).toEqual([
    { type: 'wait', ms: 2000 },
    { type: 'save', content: { ...EMPTY, advice: '抗' }, version: 3 },
  ]);
});

test('what is typed while saving is saved afterwards', () => {
  const { state } = play([
    { type: 'edited', part: { advice: '抗' } },
    { type: 'due' },
    { type: 'edited', part: { advice: '抗感染' } },
    { type: 'saved', version: 4 },
  ]);
  expect(state).toEqual({ phase: 'dirty', content: { ...EMPTY, advice: '抗感染' }, version: 4 });
});

test('a failed save is tried again with the latest text', () => {
  const { state, effects } = play([
    { type: 'edited', part: { findings: 'a' } },
    { type: 'due' },
    { type: 'save_failed' },
    { type: 'edited', part: { findings: 'ab' } },
    { type: 'due' },
  ]);
  expect(state.phase).toBe('saving');
  expect(effects.at(-1)).toEqual({ type: 'save', content: { ...EMPTY, findings: 'ab' }, version: 3 });
});

test('a save of another tab is never overwritten unasked', () => {
  const { state, effects } = play([
    { type: 'edited', part: { findings: 'a' } },
    { type: 'due' },
    { type: 'conflicted' },
    { type: 'due' },
  ]);
  expect(state.phase).toBe('conflict');
  expect(effects.filter((effect) => effect.type === 'save')).toHaveLength(1);
});

test('keeping mine saves over the version of the other tab', () => {
  const { effects } = play([
    { type: 'edited', part: { findings: 'a' } },
    { type: 'conflicted' },
    { type: 'kept_mine', version: 9 },
  ]);
  expect(effects.at(-1)).toEqual({ type: 'save', content: { ...EMPTY, findings: 'a' }, version: 9 });
});
