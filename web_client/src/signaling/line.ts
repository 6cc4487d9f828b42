/** Runs a `Session` over a WebSocket: sockets, timers and tickets; decides nothing itself. */

import { backoffMs } from './backoff';
import type { ClientFrame, CountedMessage, MovePointer, ServerFrame, ServerMessage } from './messages';
import { IDLE, type Seat, type Session, type SessionEffect, type SessionEvent, step } from './session';

const PING_EVERY_MS = 10_000;
const SILENCE_MS = 25_000;

export type TicketAnswer =
  | { readonly ok: true; readonly ticket: string }
  | { readonly ok: false; readonly code: string; readonly lineDown: boolean };

export interface LineHooks {
  readonly fetchTicket: () => Promise<TicketAnswer>;
  readonly onSession: (session: Session) => void;
  readonly onSeated: (seat: Seat, fresh: boolean) => void;
  readonly onMessage: (message: ServerMessage) => void;
}

export class SignalingLine {
  private session: Session = IDLE;
  private socket: WebSocket | null = null;
  private retryTimer: number | undefined;
  private pingTimer: number | undefined;
  private heardAt = 0;
  private readonly url: string;
  private readonly hooks: LineHooks;
  private readonly onOnline = () => this.dispatch({ type: 'retry_due' });

  constructor(url: string, hooks: LineHooks) {
    this.url = url;
    this.hooks = hooks;
    window.addEventListener('online', this.onOnline);
  }

  join(): void {
    this.dispatch({ type: 'join' });
  }

  send(message: CountedMessage): void {
    this.dispatch({ type: 'send', message });
  }

  /** Pointers are worth something only now: they are not kept. */
  sendPointer(pointer: MovePointer['pointer']): void {
    if (this.session.phase !== 'live') return;
    this.transmit({ seq: 0, ack: this.session.line.received, message: { type: 'move_pointer', pointer } });
  }

  isLive(): boolean {
    return this.session.phase === 'live';
  }

  leave(): void {
    this.dispatch({ type: 'leave' });
    window.removeEventListener('online', this.onOnline);
    window.clearTimeout(this.retryTimer);
    window.clearInterval(this.pingTimer);
  }

  private dispatch(event: SessionEvent): void {
    const [next, effects] = step(this.session, event);
    const changed = next.phase !== this.session.phase;
    this.session = next;
    if (changed) this.hooks.onSession(next);
    for (const effect of effects) this.run(effect);
  }

  private run(effect: SessionEffect): void {
    switch (effect.type) {
      case 'fetch_ticket':
        void this.fetchTicket();
        break;
      case 'open_socket':
        this.open();
        break;
      case 'close_socket':
        this.detach(1000);
        break;
      case 'wait':
        this.wait(effect.attempt, effect.atLeastMs);
        break;
      case 'transmit':
        this.transmit(effect.frame);
        break;
      case 'seated':
        this.hooks.onSeated(effect.seat, effect.fresh);
        break;
      case 'deliver':
        this.hooks.onMessage(effect.message);
        break;
    }
  }

  private async fetchTicket(): Promise<void> {
    const answer = await this.hooks.fetchTicket();
    if (answer.ok) this.dispatch({ type: 'ticket_received', ticket: answer.ticket });
    else this.dispatch({ type: 'ticket_refused', code: answer.code, lineDown: answer.lineDown });
  }

  private wait(attempt: number, atLeastMs: number): void {
    window.clearTimeout(this.retryTimer);
    const delay = Math.max(atLeastMs, backoffMs(attempt, Math.random()));
    this.retryTimer = window.setTimeout(() => this.dispatch({ type: 'retry_due' }), delay);
  }

  private open(): void {
    window.clearTimeout(this.retryTimer);
    this.detach(1000);
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.heardAt = Date.now();
    socket.onopen = () => this.dispatch({ type: 'socket_opened' });
    socket.onmessage = (event: MessageEvent<string>) => this.receive(event.data);
    socket.onclose = (event) => this.lost(event.code, event.reason);
    this.pingTimer = window.setInterval(() => this.ping(), PING_EVERY_MS);
  }

  private receive(data: string): void {
    this.heardAt = Date.now();
    this.dispatch({ type: 'frame', frame: JSON.parse(data) as ServerFrame });
  }

  private ping(): void {
    if (Date.now() - this.heardAt > SILENCE_MS) {
      this.detach(4000);
      this.lost(1006, '');
      return;
    }
    if (this.session.phase !== 'live') return;
    this.transmit({ seq: 0, ack: this.session.line.received, message: { type: 'ping' } });
  }

  private lost(closeCode: number, reason: string): void {
    window.clearInterval(this.pingTimer);
    this.socket = null;
    this.dispatch({ type: 'socket_closed', closeCode, problemCode: reason });
  }

  private detach(code: number): void {
    const socket = this.socket;
    window.clearInterval(this.pingTimer);
    if (!socket) return;
    this.socket = null;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.onerror = null;
    socket.close(code);
  }

  private transmit(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }
}
