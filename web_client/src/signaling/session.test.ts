import { describe, expect, test } from 'vitest';
import { backoffMs } from './backoff';
import type { CountedMessage, ServerFrame, ServerMessage } from './messages';
import { IDLE, type Session, type SessionEffect, type SessionEvent, step } from './session';

const WELCOME: Extract<ServerMessage, { type: 'welcome' }> = {
  type: 'welcome',
  protocol: 1,
  session_id: 's1',
  resume_token: 'token-1',
  participant_id: 'p1',
  resumed: false,
  seat_kept_s: 60,
  ice_servers: [],
};

const CHAT: CountedMessage = { type: 'send_chat', message_id: 'm1', text: '请看右下肺' };

const welcomed = (part: Partial<typeof WELCOME> = {}, ack = 0): SessionEvent => ({
  type: 'frame',
  frame: { seq: 0, ack, message: { ...WELCOME, ...part } },
});

function play(events: readonly SessionEvent[], from: Session = IDLE): [Session, SessionEffect[]] {
  const effects: SessionEffect[] = [];
  let state = from;
  for (const event of events) {
    const [next, more] = step(state, event);
    state = next;
    effects.push(...more);
  }
  return [state, effects];
}

const JOINED: readonly SessionEvent[] = [
  { type: 'join' },
  { type: 'ticket_received', ticket: 'ticket' },
  { type: 'socket_opened' },
  welcomed(),
];

function dropped(events: readonly SessionEvent[] = []): Session {
  const [state] = play([...JOINED, ...events, { type: 'socket_closed', closeCode: 1006, problemCode: '' }]);
  return state;
}

const transmitted = (effects: readonly SessionEffect[]) =>
  effects.flatMap((effect) => (effect.type === 'transmit' ? [effect.frame] : []));

describe('joining', () => {
  test('sends the ticket in the first message', () => {
    const [state, effects] = play(JOINED);
    expect(state.phase).toBe('live');
    expect(transmitted(effects)[0]).toEqual({
      seq: 0,
      ack: 0,
      message: { type: 'hello', protocol: 1, ticket: 'ticket' },
    });
  });

  test('asks a new ticket when the first was too old', () => {
    const [state, effects] = play([
      ...JOINED.slice(0, 3),
      { type: 'socket_closed', closeCode: 4410, problemCode: 'ticket/expired' },
      { type: 'retry_due' },
    ]);
    expect(state.phase).toBe('ticket');
    expect(effects.at(-1)).toEqual({ type: 'fetch_ticket' });
  });

  test('ends with the reason when the room refuses', () => {
    const [state] = play([
      { type: 'join' },
      { type: 'ticket_refused', code: 'access/denied', lineDown: false },
    ]);
    expect(state).toEqual({ phase: 'over', reason: { kind: 'refused', code: 'access/denied' } });
  });
});

describe('a dropped line', () => {
  test('resumes with the token and what was received', () => {
    const [, effects] = play([{ type: 'retry_due' }, { type: 'socket_opened' }], dropped());
    expect(transmitted(effects)).toEqual([
      {
        seq: 0,
        ack: 0,
        message: { type: 'resume', protocol: 1, session_id: 's1', resume_token: 'token-1' },
      },
    ]);
  });

  test('sends again only what the server has not seen', () => {
    const away = dropped([
      { type: 'send', message: CHAT },
      { type: 'send', message: { type: 'take_presenter' } },
    ]);
    const [, effects] = play(
      [
        { type: 'retry_due' },
        { type: 'socket_opened' },
        welcomed({ resumed: true, resume_token: 'token-2' }, 1),
      ],
      away,
    );
    expect(transmitted(effects).slice(1)).toEqual([{ seq: 2, ack: 0, message: { type: 'take_presenter' } }]);
  });

  test('keeps what is said meanwhile', () => {
    const [state] = play([{ type: 'send', message: CHAT }], dropped());
    expect(state).toMatchObject({ phase: 'dropped', line: { sent: 1 } });
  });

  test('whose seat is gone comes back by a ticket with the unsent chat', () => {
    const away = dropped([{ type: 'send', message: CHAT }]);
    const [state, effects] = play(
      [
        { type: 'retry_due' },
        { type: 'socket_opened' },
        { type: 'socket_closed', closeCode: 4410, problemCode: 'session/gone' },
        { type: 'ticket_received', ticket: 'second' },
        { type: 'socket_opened' },
        welcomed({ session_id: 's2' }),
      ],
      away,
    );
    expect(state).toMatchObject({ phase: 'live', seat: { sessionId: 's2' } });
    expect(effects).toContainEqual(expect.objectContaining({ type: 'seated', fresh: true }));
    expect(transmitted(effects).at(-1)).toEqual({ seq: 1, ack: 0, message: CHAT });
  });

  test('waits longer with each try', () => {
    const first = play([{ type: 'retry_due' }], dropped())[0];
    const [state, effects] = step(first, { type: 'socket_closed', closeCode: 1006, problemCode: '' });
    expect(state).toMatchObject({ phase: 'dropped', attempt: 1 });
    expect(effects).toEqual([{ type: 'wait', attempt: 1, atLeastMs: 0 }]);
  });
});

describe('messages', () => {
  const line = {
    message_id: 'm',
    participant_id: 'p2',
    name: '王',
    text: '好',
    sent_at: '2026-01-01T00:00:00Z',
  };
  const frame: ServerFrame = { seq: 1, ack: 0, message: { type: 'chat_added', message: line } };
  const added: SessionEvent = { type: 'frame', frame };

  test('that come twice are delivered once', () => {
    const [, effects] = play([...JOINED, added, added]);
    expect(effects.filter((effect) => effect.type === 'deliver')).toHaveLength(1);
  });

  test('carry the number of the last one received', () => {
    const [, effects] = play([...JOINED, added, { type: 'send', message: CHAT }]);
    expect(transmitted(effects).at(-1)).toEqual({ seq: 1, ack: 1, message: CHAT });
  });
});

test('a seat taken elsewhere ends the session and does not reconnect', () => {
  const [state, effects] = play([
    ...JOINED,
    { type: 'frame', frame: { seq: 1, ack: 0, message: { type: 'seat_taken' } } },
  ]);
  expect(state).toEqual({ phase: 'over', reason: { kind: 'seat_taken' } });
  expect(effects.some((effect) => effect.type === 'wait')).toBe(false);
});

test('every event leaves every phase with a state', () => {
  const phases: Session[] = [
    IDLE,
    play(JOINED.slice(0, 1))[0],
    play(JOINED.slice(0, 2))[0],
    play(JOINED)[0],
    dropped(),
  ];
  const events: SessionEvent[] = [
    ...JOINED,
    { type: 'ticket_refused', code: 'line/down', lineDown: true },
    { type: 'socket_closed', closeCode: 1006, problemCode: '' },
    { type: 'send', message: CHAT },
    { type: 'retry_due' },
    { type: 'leave' },
  ];
  for (const state of phases)
    for (const event of events) expect(step(state, event)[0].phase).toBeTypeOf('string');
});

test('the backoff rises to seven seconds and a bit', () => {
  expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backoffMs(attempt, 0))).toEqual([
    0, 300, 1200, 2700, 4800, 7000, 7000,
  ]);
  expect(backoffMs(5, 0.999)).toBeLessThan(9_200);
});
