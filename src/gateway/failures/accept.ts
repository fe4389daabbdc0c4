interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/**
 * Chooses among content types by an Accept header: the highest quality, of equal ones the more exact,
 * then the earlier. Without a header, or when it accepts none of them, `application/json`, else the first.
 * Null when there is nothing to choose from.
 */
export function chooseContentType(accept: string | null, available: readonly string[]): string | null {
  const standard = available.find((type) => essence(type) === 'application/json') ?? available[0] ?? null;
  if (accept === null || available.length < 2) return standard;
  const ranges = accept.split(',').map(readRange);
  let best: { type: string; score: number } | null = null;
  for (const type of available) {
    const score = scoreOf(essence(type), ranges);
    if (score > (best?.score ?? 0)) best = { type, score };
  }
  return best?.type ?? standard;
}

function readRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { type, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

/** Quality of the most exact range that holds the type, with a small bonus for exactness; 0 when none does. */
function scoreOf(type: string, ranges: readonly MediaRange[]): number {
  const candidates = [type, `${type.split('/')[0]}/*`, '*/*'];
  for (const [index, candidate] of candidates.entries()) {
    const range = ranges.find((known) => known.type === candidate);
    if (range) return range.quality === 0 ? 0 : range.quality + (2 - index) / 10_000;
  }
  return 0;
}

function essence(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}
