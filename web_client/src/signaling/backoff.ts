/** How long to wait before the next try: quick at first, then patient, never in step with the others. */

const STEPS_MS = [0, 300, 1_200, 2_700, 4_800, 7_000] as const;
const JITTER = 0.3;

/** `attempt` counts from 0; `chance` is a number in [0, 1). */
export function backoffMs(attempt: number, chance: number): number {
  const step = STEPS_MS[Math.min(attempt, STEPS_MS.length - 1)] ?? 7_000;
  return Math.round(step * (1 + JITTER * chance));
}
