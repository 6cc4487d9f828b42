/** Days and hours of a roster's week, counted from its first instant: the county's time, wherever the browser is. */

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;

export const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;

interface Span {
  readonly starts_at: string;
  readonly ends_at: string;
}

function minutesInto(weekStart: string, instant: string): number {
  return Math.round((Date.parse(instant) - Date.parse(weekStart)) / MINUTE_MS);
}

/** The date of a day of the week, from the Monday's date. */
export function dateOf(monday: string, day: number): string {
  return new Date(Date.parse(`${monday}T00:00:00Z`) + day * DAY_MINUTES * MINUTE_MS)
    .toISOString()
    .slice(0, 10);
}

/** What of a span lies in one day, as clock times ("24:00" is midnight after it); null when nothing does. */
export function withinDay(weekStart: string, span: Span, day: number): { from: string; to: string } | null {
  const from = Math.max(minutesInto(weekStart, span.starts_at) - day * DAY_MINUTES, 0);
  const to = Math.min(minutesInto(weekStart, span.ends_at) - day * DAY_MINUTES, DAY_MINUTES);
  return from < to ? { from: clock(from), to: clock(to) } : null;
}

function clock(minutes: number): string {
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** The instants of a turn on a day; one that doesn't end after it begins ends the next day. */
export function spanOn(weekStart: string, day: number, from: string, to: string): Span | null {
  const [begins, ends] = [minutesOf(from), minutesOf(to)];
  if (begins === null || ends === null) return null;
  const length = ends > begins ? ends - begins : ends + DAY_MINUTES - begins;
  const start = Date.parse(weekStart) + (day * DAY_MINUTES + begins) * MINUTE_MS;
  return {
    starts_at: new Date(start).toISOString(),
    ends_at: new Date(start + length * MINUTE_MS).toISOString(),
  };
}

function minutesOf(time: string): number | null {
  const found = /^(\d{2}):(\d{2})$/.exec(time);
  return found ? Number(found[1]) * 60 + Number(found[2]) : null;
}
