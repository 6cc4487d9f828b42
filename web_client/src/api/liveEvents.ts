/** Hints from `GET /api/events`: what changed, so that it can be fetched again. A lost hint loses nothing. */

type LiveKind = 'consult' | 'referral' | 'patient' | 'bed' | 'break_glass';

export interface LiveHint {
  readonly kind: LiveKind;
  readonly id: string;
  readonly reason: string;
}

export type LiveState = 'connecting' | 'live' | 'interrupted';

const KINDS: ReadonlySet<string> = new Set<LiveKind>([
  'consult',
  'referral',
  'patient',
  'bed',
  'break_glass',
]);

/** Reads one event's data; null when it is none of ours. */
export function readHint(data: string): LiveHint | null {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { kind, id, reason } = value as Record<string, unknown>;
  if (typeof kind !== 'string' || !KINDS.has(kind) || typeof id !== 'string') return null;
  return { kind: kind as LiveKind, id, reason: typeof reason === 'string' ? reason : '' };
}

/** Opens the stream and keeps it open. EventSource reconnects by itself unless the server answers no stream. */
export function openLiveEvents(
  onHint: (hint: LiveHint) => void,
  onState: (state: LiveState) => void,
): () => void {
  let source: EventSource | null = null;
  let timer: number | undefined;

  function open() {
    source = new EventSource('/api/events');
    source.onopen = () => onState('live');
    source.onmessage = (event: MessageEvent<string>) => {
      const hint = readHint(event.data);
      if (hint) onHint(hint);
    };
    source.onerror = () => {
      onState('interrupted');
      if (source?.readyState !== EventSource.CLOSED) return;
      window.clearTimeout(timer);
      timer = window.setTimeout(open, 3_000);
    };
  }

  onState('connecting');
  open();
  return () => {
    window.clearTimeout(timer);
    source?.close();
  };
}
