/**
 * Negotiation of the connection on which we send: we offer, the relay answers; one offer at a time. Pure.
 *
 * An offer belongs to a media epoch (the relay that has the room); when the epoch changes, the connection is made anew.
 */

export interface Publishing {
  readonly phase: 'closed' | 'stable' | 'offering';
  readonly mediaEpoch: number;
  readonly revision: number;
  /** Something changed while an offer was on its way: offer again. */
  readonly again: boolean;
  readonly restartIce: boolean;
}

export type PublishingEvent =
  | { readonly type: 'media_epoch'; readonly mediaEpoch: number }
  | { readonly type: 'tracks_changed' }
  | { readonly type: 'connection_failed' }
  | { readonly type: 'session_renewed' }
  | {
      readonly type: 'answered';
      readonly mediaEpoch: number;
      readonly revision: number;
      readonly sdp: string;
    }
  | { readonly type: 'refused' };

export type PublishingEffect =
  | { readonly type: 'rebuild' }
  | {
      readonly type: 'offer';
      readonly mediaEpoch: number;
      readonly revision: number;
      readonly iceRestart: boolean;
    }
  | { readonly type: 'apply'; readonly sdp: string };

type Step = readonly [Publishing, readonly PublishingEffect[]];

export const NOT_PUBLISHING: Publishing = {
  phase: 'closed',
  mediaEpoch: 0,
  revision: 0,
  again: false,
  restartIce: false,
};

export function step(state: Publishing, event: PublishingEvent): Step {
  switch (event.type) {
    case 'media_epoch':
      return event.mediaEpoch === state.mediaEpoch ? [state, []] : rebuild(state, event.mediaEpoch);
    case 'session_renewed':
      return rebuild({ ...state, revision: 0 }, state.mediaEpoch);
    case 'tracks_changed':
      return propose(state, false);
    case 'connection_failed':
      return propose(state, true);
    case 'answered':
      return onAnswer(state, event);
    case 'refused':
      return state.phase === 'offering' ? [{ ...state, phase: 'stable', again: false }, []] : [state, []];
  }
}

function rebuild(state: Publishing, mediaEpoch: number): Step {
  if (mediaEpoch === 0) return [{ ...state, phase: 'closed', mediaEpoch }, []];
  const [next, effects] = offer({ ...state, mediaEpoch, again: false }, false);
  return [next, [{ type: 'rebuild' }, ...effects]];
}

function offer(state: Publishing, iceRestart: boolean): Step {
  const revision = state.revision + 1;
  const { mediaEpoch } = state;
  const next: Publishing = { ...state, phase: 'offering', revision, again: false, restartIce: false };
  return [next, [{ type: 'offer', mediaEpoch, revision, iceRestart }]];
}

function propose(state: Publishing, iceRestart: boolean): Step {
  switch (state.phase) {
    case 'closed':
      return [state, []];
    case 'stable':
      return offer(state, iceRestart);
    case 'offering':
      return [{ ...state, again: true, restartIce: state.restartIce || iceRestart }, []];
  }
}

function onAnswer(state: Publishing, answer: Extract<PublishingEvent, { type: 'answered' }>): Step {
  const isCurrent = answer.revision === state.revision && answer.mediaEpoch === state.mediaEpoch;
  if (state.phase !== 'offering' || !isCurrent) return [state, []];
  const apply: PublishingEffect = { type: 'apply', sdp: answer.sdp };
  if (!state.again) return [{ ...state, phase: 'stable' }, [apply]];
  const [next, effects] = offer(state, state.restartIce);
  return [next, [apply, ...effects]];
}
