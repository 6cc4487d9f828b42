/**
 * One seat in a room over a line that may drop: which message goes out when, and what is kept until it arrived.
 *
 * Pure: events in, the next state and effects out. It knows nothing of sockets, timers or peer connections.
 * docs/protocol.md describes the conversation.
 */

import type {
  ClientFrame,
  ClientMessage,
  CountedMessage,
  IceServer,
  NumberedMessage,
  ServerFrame,
  ServerMessage,
} from './messages';

const PROTOCOL = 1;

const CLOSE_NORMAL = 1000;

/** The socket closes with a problem's code as its reason. These end the session for good … */
const OVER_CODES: ReadonlySet<string> = new Set(['room/full']);
const TAKEN_CODES: ReadonlySet<string> = new Set(['seat/taken', 'session/moved']);
/** … and with these the seat is gone, but another ticket gives a new one. */
const NEW_TICKET_CODES: ReadonlySet<string> = new Set([
  'session/gone',
  'ticket/expired',
  'ticket/used',
  'ticket/invalid',
  'ticket/foreign',
]);
const MAX_TICKETS = 3;
const OUT_OF_ORDER = 'signaling/out-of-order';

export interface Seat {
  readonly sessionId: string;
  readonly resumeToken: string;
  readonly participantId: string;
  readonly iceServers: readonly IceServer[];
}

interface Line {
  /** Messages numbered and not yet acknowledged, oldest first. */
  readonly unacknowledged: readonly NumberedMessage[];
  readonly sent: number;
  readonly received: number;
}

export type Session =
  | { readonly phase: 'idle' }
  | { readonly phase: 'ticket'; readonly attempt: number; readonly carried: readonly CountedMessage[] }
  | {
      readonly phase: 'opening';
      readonly attempt: number;
      readonly opening: Opening;
      readonly carried: readonly CountedMessage[];
      readonly line: Line;
    }
  | { readonly phase: 'live'; readonly seat: Seat; readonly line: Line }
  | { readonly phase: 'dropped'; readonly attempt: number; readonly seat: Seat; readonly line: Line }
  | { readonly phase: 'over'; readonly reason: OverReason };

type Opening =
  | { readonly by: 'ticket'; readonly ticket: string }
  | { readonly by: 'resume'; readonly seat: Seat };

type OverReason =
  | { readonly kind: 'left' }
  | { readonly kind: 'seat_taken' }
  | { readonly kind: 'refused'; readonly code: string };

export type SessionEvent =
  | { readonly type: 'join' }
  | { readonly type: 'ticket_received'; readonly ticket: string }
  | { readonly type: 'ticket_refused'; readonly code: string; readonly lineDown: boolean }
  | { readonly type: 'socket_opened' }
  | { readonly type: 'socket_closed'; readonly closeCode: number; readonly problemCode: string }
  | { readonly type: 'frame'; readonly frame: ServerFrame }
  | { readonly type: 'send'; readonly message: CountedMessage }
  | { readonly type: 'retry_due' }
  | { readonly type: 'leave' };

export type SessionEffect =
  | { readonly type: 'fetch_ticket' }
  | { readonly type: 'open_socket' }
  | { readonly type: 'close_socket' }
  | { readonly type: 'wait'; readonly attempt: number; readonly atLeastMs: number }
  | { readonly type: 'transmit'; readonly frame: ClientFrame }
  /** `fresh`: a new session; whoever publishes must publish anew. */
  | { readonly type: 'seated'; readonly seat: Seat; readonly fresh: boolean }
  | { readonly type: 'deliver'; readonly message: ServerMessage };

export type SessionStep = readonly [Session, readonly SessionEffect[]];

const EMPTY_LINE: Line = { unacknowledged: [], sent: 0, received: 0 };

export const IDLE: Session = { phase: 'idle' };

export function step(state: Session, event: SessionEvent): SessionStep {
  switch (event.type) {
    case 'join':
      return state.phase === 'idle' || state.phase === 'over' ? askTicket(0, []) : [state, []];
    case 'ticket_received':
      return onTicket(state, event.ticket);
    case 'ticket_refused':
      return onTicketRefused(state, event.code, event.lineDown);
    case 'socket_opened':
      return onOpened(state);
    case 'socket_closed':
      return onClosed(state, event.closeCode, event.problemCode);
    case 'frame':
      return onFrame(state, event.frame);
    case 'send':
      return onSend(state, event.message);
    case 'retry_due':
      return onRetry(state);
    case 'leave':
      return onLeave(state);
  }
}

function askTicket(attempt: number, carried: readonly CountedMessage[]): SessionStep {
  return [{ phase: 'ticket', attempt, carried }, [{ type: 'fetch_ticket' }]];
}

function onTicket(state: Session, ticket: string): SessionStep {
  if (state.phase !== 'ticket') return [state, []];
  const { attempt, carried } = state;
  const opening: Opening = { by: 'ticket', ticket };
  return [{ phase: 'opening', attempt, opening, carried, line: EMPTY_LINE }, [{ type: 'open_socket' }]];
}

function onTicketRefused(state: Session, code: string, lineDown: boolean): SessionStep {
  if (state.phase !== 'ticket') return [state, []];
  if (!lineDown) return [{ phase: 'over', reason: { kind: 'refused', code } }, []];
  const attempt = state.attempt + 1;
  return [{ ...state, attempt }, [{ type: 'wait', attempt, atLeastMs: 0 }]];
}

function onOpened(state: Session): SessionStep {
  if (state.phase !== 'opening') return [state, []];
  const { opening, line } = state;
  const message: ClientMessage =
    opening.by === 'ticket'
      ? { type: 'hello', protocol: PROTOCOL, ticket: opening.ticket }
      : {
          type: 'resume',
          protocol: PROTOCOL,
          session_id: opening.seat.sessionId,
          resume_token: opening.seat.resumeToken,
        };
  return [state, [{ type: 'transmit', frame: { seq: 0, ack: line.received, message } }]];
}

/** Chat lines carry their own id and survive a new session; the rest is said anew by whoever said it. */
function worthCarrying(line: Line): CountedMessage[] {
  return line.unacknowledged.map(({ message }) => message).filter(({ type }) => type === 'send_chat');
}

function onClosed(state: Session, closeCode: number, problemCode: string): SessionStep {
  if (TAKEN_CODES.has(problemCode)) return [{ phase: 'over', reason: { kind: 'seat_taken' } }, []];
  switch (state.phase) {
    case 'live':
      if (closeCode === CLOSE_NORMAL) return [{ phase: 'over', reason: { kind: 'left' } }, []];
      return drop(state.seat, state.line, 0);
    case 'opening':
      return onOpeningFailed(state, problemCode);
    default:
      return [state, []];
  }
}

function onOpeningFailed(state: Extract<Session, { phase: 'opening' }>, problemCode: string): SessionStep {
  const { opening, line } = state;
  const attempt = state.attempt + 1;
  if (OVER_CODES.has(problemCode)) {
    return [{ phase: 'over', reason: { kind: 'refused', code: problemCode } }, []];
  }
  if (opening.by === 'resume') {
    if (!NEW_TICKET_CODES.has(problemCode)) return drop(opening.seat, line, attempt);
    return askTicket(attempt, [...state.carried, ...worthCarrying(line)]);
  }
  if (NEW_TICKET_CODES.has(problemCode) && attempt >= MAX_TICKETS) {
    return [{ phase: 'over', reason: { kind: 'refused', code: problemCode } }, []];
  }
  const waiting: Session = { phase: 'ticket', attempt, carried: state.carried };
  return [waiting, [{ type: 'wait', attempt, atLeastMs: 0 }]];
}

function drop(seat: Seat, line: Line, attempt: number, atLeastMs = 0): SessionStep {
  return [{ phase: 'dropped', attempt, seat, line }, [{ type: 'wait', attempt, atLeastMs }]];
}

function onRetry(state: Session): SessionStep {
  if (state.phase === 'ticket') return [state, [{ type: 'fetch_ticket' }]];
  if (state.phase !== 'dropped') return [state, []];
  const { attempt, seat, line } = state;
  return [
    { phase: 'opening', attempt, opening: { by: 'resume', seat }, carried: [], line },
    [{ type: 'open_socket' }],
  ];
}

function onLeave(state: Session): SessionStep {
  const left: Session = { phase: 'over', reason: { kind: 'left' } };
  if (state.phase === 'idle' || state.phase === 'over') return [state, []];
  if (state.phase !== 'live') return [left, [{ type: 'close_socket' }]];
  const [, effects] = onSend(state, { type: 'leave' });
  return [left, [...effects, { type: 'close_socket' }]];
}

function append(line: Line, message: CountedMessage): readonly [Line, NumberedMessage] {
  const numbered = { seq: line.sent + 1, message };
  return [{ ...line, sent: numbered.seq, unacknowledged: [...line.unacknowledged, numbered] }, numbered];
}

function transmit({ seq, message }: NumberedMessage, line: Line): SessionEffect {
  return { type: 'transmit', frame: { seq, ack: line.received, message } };
}

function onSend(state: Session, message: CountedMessage): SessionStep {
  switch (state.phase) {
    case 'live': {
      const [line, numbered] = append(state.line, message);
      return [{ ...state, line }, [transmit(numbered, line)]];
    }
    case 'dropped':
      return [{ ...state, line: append(state.line, message)[0] }, []];
    case 'opening':
      if (state.opening.by === 'ticket') return [keepChat(state, message), []];
      return [{ ...state, line: append(state.line, message)[0] }, []];
    case 'ticket':
      return [keepChat(state, message), []];
    default:
      return [state, []];
  }
}

function keepChat<S extends Extract<Session, { carried: readonly CountedMessage[] }>>(
  state: S,
  message: CountedMessage,
): S {
  return message.type === 'send_chat' ? { ...state, carried: [...state.carried, message] } : state;
}

function acknowledged(line: Line, ack: number): Line {
  const unacknowledged = line.unacknowledged.filter(({ seq }) => seq > ack);
  return unacknowledged.length === line.unacknowledged.length ? line : { ...line, unacknowledged };
}

function again(line: Line): SessionEffect[] {
  return line.unacknowledged.map((numbered) => transmit(numbered, line));
}

function onFrame(state: Session, frame: ServerFrame): SessionStep {
  const { seq, ack, message } = frame;
  if (message.type === 'welcome') return onWelcome(state, message, ack);
  if (state.phase !== 'live') return [state, []];
  let line = acknowledged(state.line, ack);
  if (seq > 0 && seq <= line.received) return [{ ...state, line }, []];
  if (seq > 0) line = { ...line, received: seq };
  const next: Session = { ...state, line };
  switch (message.type) {
    case 'seat_taken':
      return [{ phase: 'over', reason: { kind: 'seat_taken' } }, [{ type: 'close_socket' }]];
    case 'draining': {
      const [dropped, effects] = drop(state.seat, line, 0, message.resume_after_ms);
      return [dropped, [{ type: 'close_socket' }, ...effects]];
    }
    case 'pong':
      return [next, []];
    case 'problem':
      if (message.code === OUT_OF_ORDER) return [next, again(line)];
      return [next, [{ type: 'deliver', message }]];
    default:
      return [next, [{ type: 'deliver', message }]];
  }
}

function onWelcome(
  state: Session,
  welcome: Extract<ServerMessage, { type: 'welcome' }>,
  ack: number,
): SessionStep {
  if (state.phase !== 'opening') return [state, []];
  const seat: Seat = {
    sessionId: welcome.session_id,
    resumeToken: welcome.resume_token,
    participantId: welcome.participant_id,
    iceServers: welcome.ice_servers,
  };
  const seated: SessionEffect = { type: 'seated', seat, fresh: !welcome.resumed };
  if (welcome.resumed) {
    const line = acknowledged(state.line, ack);
    return [{ phase: 'live', seat, line }, [seated, ...again(line)]];
  }
  const carried = [...state.carried, ...worthCarrying(state.line)];
  let live: Session = { phase: 'live', seat, line: EMPTY_LINE };
  const effects: SessionEffect[] = [seated];
  for (const message of carried) {
    const [next, sending] = onSend(live, message);
    live = next;
    effects.push(...sending);
  }
  return [live, effects];
}
