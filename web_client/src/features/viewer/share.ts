/** Whose view this screen shows: the presenter's, one's own, or one's own while another presents. Pure. */

import type { ImageReference, RoomSnapshot, Viewport } from '../../signaling/messages';

export type SharedView = RoomSnapshot['viewing'];

export type Share =
  | { readonly mode: 'unshared' }
  | { readonly mode: 'free'; readonly term: number }
  | { readonly mode: 'presenting'; readonly term: number }
  | { readonly mode: 'following'; readonly presenterId: string; readonly applied: number }
  | { readonly mode: 'alone'; readonly presenterId: string };

export type ShareEvent =
  | { readonly type: 'left_room' }
  | { readonly type: 'view_arrived'; readonly meId: string; readonly view: SharedView }
  | { readonly type: 'looked_around' }
  | { readonly type: 'came_back'; readonly view: SharedView }
  | { readonly type: 'showed'; readonly image: ImageReference; readonly viewport: Viewport };

export type ShareEffect =
  | { readonly type: 'apply'; readonly image: ImageReference; readonly viewport: Viewport | null }
  /** The role has just come to us: show what we look at. */
  | { readonly type: 'announce' }
  | {
      readonly type: 'show';
      readonly term: number;
      readonly image: ImageReference;
      readonly viewport: Viewport;
    };

type Step = readonly [Share, readonly ShareEffect[]];

export const UNSHARED: Share = { mode: 'unshared' };

export function step(share: Share, event: ShareEvent): Step {
  switch (event.type) {
    case 'left_room':
      return [UNSHARED, []];
    case 'view_arrived':
      return onView(share, event.meId, event.view);
    case 'looked_around':
      return share.mode === 'following'
        ? [{ mode: 'alone', presenterId: share.presenterId }, []]
        : [share, []];
    case 'came_back':
      return share.mode === 'alone' ? follow(share.presenterId, event.view, -1) : [share, []];
    case 'showed':
      if (share.mode !== 'presenting') return [share, []];
      return [share, [{ type: 'show', term: share.term, image: event.image, viewport: event.viewport }]];
  }
}

function onView(share: Share, meId: string, view: SharedView): Step {
  const { presenter_id, term } = view;
  if (presenter_id === null) return [{ mode: 'free', term }, []];
  if (presenter_id === meId) {
    const isNew = share.mode !== 'presenting' || share.term !== term;
    return [{ mode: 'presenting', term }, isNew ? [{ type: 'announce' }] : []];
  }
  if (share.mode === 'alone' && share.presenterId === presenter_id) return [share, []];
  const applied = share.mode === 'following' && share.presenterId === presenter_id ? share.applied : -1;
  return follow(presenter_id, view, applied);
}

function follow(presenterId: string, view: SharedView, applied: number): Step {
  if (view.version <= applied) return [{ mode: 'following', presenterId, applied }, []];
  const next: Share = { mode: 'following', presenterId, applied: view.version };
  return [next, view.image ? [{ type: 'apply', image: view.image, viewport: view.viewport }] : []];
}
