/** A ring made by the browser itself: two tones, no file to fetch. */

let context: AudioContext | null = null;

function audio(): AudioContext {
  context ??= new AudioContext();
  return context;
}

/** Browsers let a page sound only after a click; resolves to whether it may now. */
export async function unlockSound(): Promise<boolean> {
  const ctx = audio();
  if (ctx.state === 'suspended')
    await Promise.race([ctx.resume(), new Promise((done) => setTimeout(done, 300))]);
  return ctx.state === 'running';
}

function tone(ctx: AudioContext, frequencyHz: number, startS: number, lengthS: number): void {
  const oscillator = ctx.createOscillator();
  const gain = ctx.createGain();
  oscillator.frequency.value = frequencyHz;
  gain.gain.setValueAtTime(0, startS);
  gain.gain.linearRampToValueAtTime(0.2, startS + 0.02);
  gain.gain.linearRampToValueAtTime(0, startS + lengthS);
  oscillator.connect(gain).connect(ctx.destination);
  oscillator.start(startS);
  oscillator.stop(startS + lengthS);
}

export function ring(): void {
  const ctx = audio();
  if (ctx.state !== 'running') return;
  tone(ctx, 880, ctx.currentTime, 0.18);
  tone(ctx, 660, ctx.currentTime + 0.22, 0.28);
}
