import type { ResponseHead } from './exchange.js';
import { headerList, type HeaderList, receivedHeaders } from './header-list.js';
import { headerNames } from './headers.js';

/** A limit as answers tell it, but for what is left of it. */
export class Limit {
  /** Its item of RateLimit-Policy. */
  readonly policy: string;
  /** What stands before what is left of it, in its item of RateLimit and in its own headers. */
  readonly itemBegin: string;
  readonly linesBegin: string;

  /** `name` says whose limit it is: of the usage plan (rate and quota), of the route, of the request restriction policy. */
  constructor(
    readonly name: 'plan' | 'quota' | 'route' | 'restriction',
    readonly limit: number,
    readonly windowSeconds: number,
  ) {
    const kind = this.isQuota ? 'Quota' : 'RateLimit';
    // Joined, they are texts in one piece, which is not to be put together for each answer.
    this.policy = ['"', name, '";q=', limit, ';w=', windowSeconds].join('');
    this.itemBegin = ['"', name, '";r='].join('');
    this.linesBegin = ['X-', kind, '-Limit: ', limit, '\r\nX-', kind, '-Remaining: '].join('');
  }

  get isQuota(): boolean {
    return this.name === 'quota';
  }
}

/** A limit that a request has met. */
export interface ToldLimit {
  readonly of: Limit;
  /** Requests that are left. */
  readonly left: number;
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
  let [policies, lefts] = [first.of.policy, leftItem(first)];
  let [rate, quota] = first.of.isQuota ? [null, first] : [first, null];
  for (let at = 1; at < limits.length; at += 1) {
    const told = limits[at] as ToldLimit;
    policies += `, ${told.of.policy}`;
    lefts += `, ${leftItem(told)}`;
    if (told.of.isQuota) quota = told;
    else if (rate === null || told.left < rate.left) rate = told;
  }
  const numbers = ownLines(rate, '\r\nX-RateLimit-Reset: ') + ownLines(quota, '\r\nX-Quota-Reset: ');
  return `RateLimit-Policy: ${policies}\r\nRateLimit: ${lefts}\r\n${numbers}`;
}

/** All headers of a response, for who sends them one by one. */
export function allHeaders({ headers, limitLines: lines = '' }: ResponseHead): HeaderList {
  const parts = lines.split('\r\n').flatMap((line) => (line === '' ? [] : line.split(': ', 2)));
  return receivedHeaders([...headers, ...parts]);
}

function ownLines(told: ToldLimit | null, beforeReset: string): string {
  return told ? `${told.of.linesBegin}${told.left}${beforeReset}${told.resetSeconds}\r\n` : '';
}

function leftItem({ of, left, resetSeconds }: ToldLimit): string {
  return `${of.itemBegin}${left};t=${resetSeconds}`;
}

/** When a refused request may be tried again. */
export function retryHeader(seconds: number): HeaderList {
  return headerList('Retry-After', String(seconds));
}
