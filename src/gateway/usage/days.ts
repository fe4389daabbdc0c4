export const DAY_MS = 24 * 3_600_000;

/** The date of a day, in days since 1970 (UTC): `2026-11-21`. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
