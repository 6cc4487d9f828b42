/** How a line does, from what the browser counts. Pure. */

import type { Quality } from '../../../signaling/messages';

export interface LineSample {
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly roundTripMs: number | null;
}

/** `before` and `now` are counters since the start; null while there is nothing to compare. */
export function qualityOf(before: LineSample | null, now: LineSample): Quality {
  if (before === null) return 'unknown';
  const received = now.packetsReceived - before.packetsReceived;
  const lost = Math.max(0, now.packetsLost - before.packetsLost);
  if (received + lost === 0) return now.roundTripMs === null ? 'unknown' : byDelay(now.roundTripMs);
  const loss = lost / (received + lost);
  if (loss > 0.08) return 'poor';
  const delay = byDelay(now.roundTripMs ?? 0);
  return loss > 0.02 && delay === 'good' ? 'fair' : delay;
}

function byDelay(roundTripMs: number): Quality {
  if (roundTripMs > 600) return 'poor';
  return roundTripMs > 250 ? 'fair' : 'good';
}
