/** Between `<input type="datetime-local">`, which knows no zone, and ISO 8601 with one. */

/** The local time that many minutes from now, as the input takes it. */
export function localInput(minutesFromNow: number): string {
  return localOf(new Date(Date.now() + minutesFromNow * 60_000).toISOString());
}

/** An instant as the input takes it. */
export function localOf(iso: string): string {
  const then = new Date(iso);
  const local = new Date(then.getTime() - then.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** The instant that was meant; null when nothing was entered. */
export function toIso(input: string): string | null {
  return input === '' ? null : new Date(input).toISOString();
}
