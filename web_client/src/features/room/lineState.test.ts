import { expect, test } from 'vitest';
import type { Participant } from '../../signaling/messages';
import { IDLE, type Session } from '../../signaling/session';
import { lineState } from './lineState';

const SEAT = { sessionId: 's', resumeToken: 't', participantId: 'me', iceServers: [] };
const LINE = { unacknowledged: [], sent: 0, received: 0 };
const LIVE: Session = { phase: 'live', seat: SEAT, line: LINE };

function participant(id: string, presence: Participant['presence'] = 'connected'): Participant {
  return {
    participant_id: id,
    name: id,
    role: 'specialist',
    presence,
    microphone_on: true,
    camera_on: true,
    hand_raised: false,
    quality: 'good',
    publishing: [],
    publish_state: 'connected',
    subscribe_state: 'connected',
    joined_at: '2026-01-01T00:00:00Z',
  };
}

const FACTS = {
  session: LIVE,
  meId: 'me',
  participants: [participant('me'), participant('王医生')],
  mediaAvailable: true,
  publish: 'connected',
  subscribe: 'connected',
} as const;

test('a whole line is said to be good', () => {
  expect(lineState(FACTS)).toEqual({ kind: 'good' });
});

test('lost media never passes for a good line', () => {
  expect(lineState({ ...FACTS, subscribe: 'interrupted' })).toEqual({ kind: 'media_lost' });
  expect(lineState({ ...FACTS, mediaAvailable: false })).toEqual({ kind: 'no_relay' });
});

test('lost signalling comes before everything else', () => {
  const session: Session = { phase: 'dropped', attempt: 2, seat: SEAT, line: LINE };
  expect(lineState({ ...FACTS, session, subscribe: 'failed' })).toEqual({
    kind: 'signaling_lost',
    attempt: 2,
  });
});

test("the other side's lost line is named", () => {
  const participants = [participant('me'), participant('王医生', 'dropped')];
  expect(lineState({ ...FACTS, participants })).toEqual({ kind: 'peer_dropped', name: '王医生' });
});

test('an empty room says so', () => {
  expect(lineState({ ...FACTS, participants: [participant('me')] })).toEqual({ kind: 'alone' });
  expect(lineState({ ...FACTS, session: IDLE })).toEqual({ kind: 'outside' });
});
