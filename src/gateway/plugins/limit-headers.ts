import type { HeaderList } from '../headers.js';

/** A limit that a request has met, as its answer tells it. */
export interface ToldLimit {
  /** Whose limit: of the usage plan (rate and quota), of the route, of the request restriction policy. */
  readonly name: 'plan' | 'quota' | 'route' | 'restriction';
  readonly limit: number;
  /** Requests that are left. */
  readonly left: number;
  readonly windowSeconds: number;
  /** After how long there is more again. */
  readonly resetSeconds: number;
}

/**
 * Adds a limit to the headers of the answer: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers),
 * an item for each limit; X-RateLimit-* for the limit per second that leaves least; X-Quota-* for the quota.
 */
export function tellLimit(headers: HeaderList, told: ToldLimit): void {
  const { name, limit, left, windowSeconds, resetSeconds } = told;
  addItem(headers, 'RateLimit-Policy', `"${name}";q=${limit};w=${windowSeconds}`);
  addItem(headers, 'RateLimit', `"${name}";r=${left};t=${resetSeconds}`);
  const prefix = name === 'quota' ? 'X-Quota' : 'X-RateLimit';
  const at = headers.indexOf(`${prefix}-Limit`);
  // The three stand behind each other, each with its value.
  if (at >= 0 && Number(headers[at + 3]) <= left) return;
  const three = [`${prefix}-Limit`, String(limit), `${prefix}-Remaining`, String(left)];
  headers.splice(at < 0 ? headers.length : at, at < 0 ? 0 : 6, ...three, `${prefix}-Reset`, String(resetSeconds));
}

/** Adds when a refused request may be tried again. */
export function tellRetry(headers: HeaderList, seconds: number): void {
  headers.push('Retry-After', String(seconds));
}

function addItem(headers: HeaderList, name: string, item: string): void {
  const at = headers.indexOf(name);
  if (at < 0) headers.push(name, item);
  else headers[at + 1] += `, ${item}`;
}
