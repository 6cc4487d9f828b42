/** Runs at most once per interval and never loses the last call. */
export function throttled(
  run: () => void,
  intervalMs: number,
): { readonly call: () => void; readonly cancel: () => void } {
  let timer: number | undefined;
  let lastRun = Number.NEGATIVE_INFINITY;
  const fire = () => {
    timer = undefined;
    lastRun = performance.now();
    run();
  };
  return {
    call: () => {
      if (timer !== undefined) return;
      timer = window.setTimeout(fire, Math.max(0, lastRun + intervalMs - performance.now()));
    },
    cancel: () => {
      window.clearTimeout(timer);
      timer = undefined;
    },
  };
}
