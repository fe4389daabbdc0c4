const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/;
const MINUTE_MS = 60_000;

/** The time of an ISO 8601 date with seconds and a zone (`Z`, `+09:00`, `+0900`), in ms since 1970; null for another text. */
export function readDate(text: string): number | null {
  const match = ISO_DATE.exec(text);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const zoneMinutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || zoneMinutes > 18 * 60 || Number(match[10] ?? 0) > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // A day or month that does not exist has rolled over.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const milliseconds = Number(`0.${match[7] ?? '0'}`) * 1000;
  date.setUTCHours(hour, minute, second, milliseconds);
  return date.getTime() - (match[8] === '-' ? -zoneMinutes : zoneMinutes) * MINUTE_MS;
}
