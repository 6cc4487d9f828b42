import { describe, expect, test } from 'vitest';
import type { ImageReference, Viewport } from '../../signaling/messages';
import { type Share, type SharedView, step, UNSHARED } from './share';

const IMAGE: ImageReference = { study_uid: '1', series_uid: '1.1', sop_uid: '1.1.1', frame: 1 };
const VIEWPORT: Viewport = {
  voi_lower: 0,
  voi_upper: 400,
  invert: false,
  zoom: 2,
  center: [100, 100],
  rotation_deg: 0,
  flip_horizontal: false,
  flip_vertical: false,
};

function view(part: Partial<SharedView> = {}): SharedView {
  return {
    version: 1,
    term: 1,
    presenter_id: 'specialist',
    image: IMAGE,
    viewport: VIEWPORT,
    annotations: [],
    pointers: [],
    ...part,
  };
}

const arrived = (part: Partial<SharedView> = {}) =>
  ({ type: 'view_arrived', meId: 'doctor', view: view(part) }) as const;

describe('a follower', () => {
  test('who comes late gets the view as it stands', () => {
    expect(step(UNSHARED, arrived())).toEqual([
      { mode: 'following', presenterId: 'specialist', applied: 1 },
      [{ type: 'apply', image: IMAGE, viewport: VIEWPORT }],
    ]);
  });

  test('applies nothing twice', () => {
    const [following] = step(UNSHARED, arrived());
    expect(step(following, arrived())[1]).toEqual([]);
    expect(step(following, arrived({ version: 2 }))[1]).toHaveLength(1);
  });

  test('who looks around is left in peace and can come back', () => {
    const [following] = step(UNSHARED, arrived());
    const [alone] = step(following, { type: 'looked_around' });
    expect(step(alone, arrived({ version: 5 }))).toEqual([{ mode: 'alone', presenterId: 'specialist' }, []]);
    expect(step(alone, { type: 'came_back', view: view({ version: 5 }) })[1]).toHaveLength(1);
  });

  test('follows a new presenter even after looking around', () => {
    const alone: Share = { mode: 'alone', presenterId: 'specialist' };
    expect(step(alone, arrived({ presenter_id: 'another', version: 6 }))[0].mode).toBe('following');
  });
});

describe('the presenter', () => {
  const mine = { type: 'view_arrived', meId: 'specialist', view: view({ term: 4 }) } as const;

  test('shows at once what is on the screen', () => {
    expect(step(UNSHARED, mine)).toEqual([{ mode: 'presenting', term: 4 }, [{ type: 'announce' }]]);
  });

  test('does not announce again in the same term', () => {
    expect(step({ mode: 'presenting', term: 4 }, mine)[1]).toEqual([]);
    expect(step({ mode: 'presenting', term: 3 }, mine)[1]).toEqual([{ type: 'announce' }]);
  });

  test('alone sends a view', () => {
    const showed = { type: 'showed', image: IMAGE, viewport: VIEWPORT } as const;
    expect(step({ mode: 'presenting', term: 4 }, showed)[1]).toEqual([
      { type: 'show', term: 4, image: IMAGE, viewport: VIEWPORT },
    ]);
    expect(step({ mode: 'free', term: 4 }, showed)[1]).toEqual([]);
    expect(step({ mode: 'following', presenterId: 'x', applied: 1 }, showed)[1]).toEqual([]);
  });
});
