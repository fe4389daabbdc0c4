export const DAY_MS = 24 * 3_600_000;

let lastDay = -1;
let lastText = '';

/** The date of a day, in days since 1970 (UTC): `2026-11-21`. Most that is asked for is of the same day. */
export function dayText(day: number): string {
  if (day !== lastDay) lastText = new Date(day * DAY_MS).toISOString().slice(0, 10);
  lastDay = day;
  return lastText;
}
