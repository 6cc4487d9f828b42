/** Reads the browser's counters (W3C webrtc-stats). */

import type { LineSample } from './quality';

export interface CallSample {
  readonly line: LineSample;
  /** Frames decoded since the start, by `mid`. */
  readonly framesDecoded: ReadonlyMap<string, number>;
  readonly framesSent: number;
}

interface InboundStats extends RTCInboundRtpStreamStats {
  readonly framesDecoded?: number;
}

function roundTripOf(report: RTCStatsReport): number | null {
  for (const stats of report.values()) {
    const pair = stats as RTCIceCandidatePairStats;
    if (pair.type === 'candidate-pair' && pair.nominated && pair.currentRoundTripTime !== undefined) {
      return pair.currentRoundTripTime * 1_000;
    }
  }
  return null;
}

export async function sampleCall(
  publisher: RTCPeerConnection | null,
  subscriber: RTCPeerConnection | null,
): Promise<CallSample> {
  const framesDecoded = new Map<string, number>();
  let [packetsReceived, packetsLost, framesSent] = [0, 0, 0];
  let roundTripMs: number | null = null;
  if (subscriber) {
    const report = await subscriber.getStats();
    roundTripMs = roundTripOf(report);
    for (const stats of report.values()) {
      if (stats.type !== 'inbound-rtp') continue;
      const inbound = stats as InboundStats;
      packetsReceived += inbound.packetsReceived ?? 0;
      packetsLost += inbound.packetsLost ?? 0;
      if (inbound.kind === 'video' && inbound.mid) framesDecoded.set(inbound.mid, inbound.framesDecoded ?? 0);
    }
  }
  if (publisher) {
    const report = await publisher.getStats();
    roundTripMs ??= roundTripOf(report);
    for (const stats of report.values()) {
      if (stats.type === 'outbound-rtp') framesSent += (stats as { framesSent?: number }).framesSent ?? 0;
    }
  }
  return { line: { packetsReceived, packetsLost, roundTripMs }, framesDecoded, framesSent };
}
