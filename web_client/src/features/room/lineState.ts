/** What the banner may honestly say about the line. Pure. */

import type { Participant } from '../../signaling/messages';
import type { Session } from '../../signaling/session';

export type MediaLink = 'idle' | 'connecting' | 'connected' | 'interrupted' | 'failed';

export type LineState =
  | { readonly kind: 'outside' }
  | { readonly kind: 'joining' }
  | { readonly kind: 'good' }
  | { readonly kind: 'alone' }
  | { readonly kind: 'connecting_media' }
  /** The signalling is away: nothing said now arrives until it is back. */
  | { readonly kind: 'signaling_lost'; readonly attempt: number }
  /** Chat and images go on, sound and picture don't. */
  | { readonly kind: 'media_lost' }
  | { readonly kind: 'no_relay' }
  | { readonly kind: 'peer_dropped'; readonly name: string }
  | { readonly kind: 'seat_taken' }
  | { readonly kind: 'refused'; readonly code: string };

interface Facts {
  readonly session: Session;
  readonly meId: string | null;
  readonly participants: readonly Participant[];
  readonly mediaAvailable: boolean;
  readonly publish: MediaLink;
  readonly subscribe: MediaLink;
}

export function lineState(facts: Facts): LineState {
  const { session } = facts;
  switch (session.phase) {
    case 'idle':
      return { kind: 'outside' };
    case 'ticket':
    case 'opening':
      if (session.phase === 'opening' && session.opening.by === 'resume') {
        return { kind: 'signaling_lost', attempt: session.attempt };
      }
      return session.attempt > 0 ? { kind: 'signaling_lost', attempt: session.attempt } : { kind: 'joining' };
    case 'dropped':
      return { kind: 'signaling_lost', attempt: session.attempt };
    case 'over':
      return overState(session.reason);
    case 'live':
      return liveState(facts);
  }
}

function overState(reason: Extract<Session, { phase: 'over' }>['reason']): LineState {
  switch (reason.kind) {
    case 'left':
      return { kind: 'outside' };
    case 'seat_taken':
      return { kind: 'seat_taken' };
    case 'refused':
      return { kind: 'refused', code: reason.code };
  }
}

function isDown(link: MediaLink): boolean {
  return link === 'interrupted' || link === 'failed';
}

function liveState({ meId, participants, mediaAvailable, publish, subscribe }: Facts): LineState {
  if (isDown(publish) || isDown(subscribe)) return { kind: 'media_lost' };
  if (!mediaAvailable) return { kind: 'no_relay' };
  const others = participants.filter((participant) => participant.participant_id !== meId);
  const dropped = others.find((participant) => participant.presence === 'dropped');
  if (dropped) return { kind: 'peer_dropped', name: dropped.name };
  if (others.length === 0) return { kind: 'alone' };
  if (publish === 'connecting' || subscribe === 'connecting') return { kind: 'connecting_media' };
  return { kind: 'good' };
}
