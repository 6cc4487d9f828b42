import { describe, expect, test } from 'vitest';
import type { Annotation, ChatMessage } from '../../signaling/messages';
import { EMPTY_ROOM, fold, operate } from './roomModel';

const LINE: ChatMessage = {
  message_id: 'm1',
  participant_id: 'p1',
  name: '王',
  text: '好',
  sent_at: '2026-01-01T00:00:00Z',
};

const IMAGE = { study_uid: '1', series_uid: '1.1', sop_uid: '1.1.1', frame: 1 };

function length(id: string, to: number): Annotation {
  return {
    annotation_id: id,
    image: IMAGE,
    kind: 'length',
    points: [
      [0, 0],
      [to, 0],
    ],
    label: '',
  };
}

describe('the room', () => {
  test('has a chat line once, though it came twice', () => {
    const once = fold(EMPTY_ROOM, { type: 'chat_added', message: LINE });
    expect(fold(once, { type: 'chat_added', message: LINE }).chat).toHaveLength(1);
  });

  test('does not go back to an older view', () => {
    const view = { type: 'view_changed', version: 5, term: 1, image: IMAGE, viewport: null } as const;
    const now = fold(EMPTY_ROOM, view);
    expect(fold(now, { ...view, version: 4, image: null }).viewing.image).toEqual(IMAGE);
  });

  test('forgets the pointer of whoever left', () => {
    const pointer = { sop_uid: '1.1.1', frame: 1, at: [3, 4] as [number, number] };
    const pointing = fold(EMPTY_ROOM, { type: 'pointer_moved', participant_id: 'p1', pointer });
    expect(pointing.viewing.pointers).toHaveLength(1);
    const left = fold(pointing, { type: 'participant_left', participant_id: 'p1', reason: 'timed_out' });
    expect(left.viewing.pointers).toEqual([]);
  });
});

describe('annotations', () => {
  test('keep their author and place when changed', () => {
    const two = operate(operate([], 'p1', { op: 'put', annotation: length('a', 1) }), 'p2', {
      op: 'put',
      annotation: length('b', 1),
    });
    const changed = operate(two, 'p2', { op: 'put', annotation: length('a', 9) });
    expect(changed.map(({ participant_id }) => participant_id)).toEqual(['p1', 'p2']);
    expect(changed[0]?.annotation.points[1]).toEqual([9, 0]);
  });

  test('go one by one or all at once', () => {
    const one = operate([], 'p1', { op: 'put', annotation: length('a', 1) });
    expect(operate(one, 'p1', { op: 'remove', annotation_id: 'a' })).toEqual([]);
    expect(operate(one, 'p1', { op: 'clear' })).toEqual([]);
  });
});
