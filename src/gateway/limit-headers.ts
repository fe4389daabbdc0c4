import type { ResponseHead } from './exchange.js';
import { type HeaderList, headerNames } from './headers.js';

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

/** Whether a header is one of those that tell limits. */
export const isLimitHeader = headerNames([
  'ratelimit-policy',
  'ratelimit',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'x-quota-limit',
  'x-quota-remaining',
  'x-quota-reset',
]);

/**
 * The headers of an answer that tell limits, as lines with their ends: RateLimit-Policy and RateLimit
 * (draft-ietf-httpapi-ratelimit-headers), an item for each limit; X-RateLimit-* for the limit per second that leaves
 * least; X-Quota-* for the quota. Made of names and numbers of this process, so that nobody has to look whether they can
 * be written: with eight of them for a request that takes longer than to make them.
 */
export function limitLines(limits: readonly ToldLimit[]): string {
  const [first] = limits;
  if (!first) return '';
  let [policies, lefts] = [policyItem(first), leftItem(first)];
  let [rate, quota] = first.name === 'quota' ? [null, first] : [first, null];
  for (let at = 1; at < limits.length; at += 1) {
    const told = limits[at] as ToldLimit;
    policies += `, ${policyItem(told)}`;
    lefts += `, ${leftItem(told)}`;
    if (told.name === 'quota') quota = told;
    else if (rate === null || told.left < rate.left) rate = told;
  }
  return `RateLimit-Policy: ${policies}\r\nRateLimit: ${lefts}\r\n${numbers('RateLimit', rate)}${numbers('Quota', quota)}`;
}

/** All headers of a response, for who sends them one by one. */
export function allHeaders({ headers, limitLines: lines = '' }: ResponseHead): HeaderList {
  return [...headers, ...lines.split('\r\n').flatMap((line) => (line === '' ? [] : line.split(': ', 2)))];
}

function numbers(kind: 'RateLimit' | 'Quota', told: ToldLimit | null): string {
  if (!told) return '';
  return `X-${kind}-Limit: ${told.limit}\r\nX-${kind}-Remaining: ${told.left}\r\nX-${kind}-Reset: ${told.resetSeconds}\r\n`;
}

function policyItem({ name, limit, windowSeconds }: ToldLimit): string {
  return `"${name}";q=${limit};w=${windowSeconds}`;
}

function leftItem({ name, left, resetSeconds }: ToldLimit): string {
  return `"${name}";r=${left};t=${resetSeconds}`;
}

/** When a refused request may be tried again. */
export function retryHeader(seconds: number): HeaderList {
  return ['Retry-After', String(seconds)];
}
