import type { ResponseHead } from './exchange.js';
import { headerList, type HeaderList, receivedHeaders } from './header-list.js';
import { headerNames } from './headers.js';

/** A limit as answers tell it, but for what is left of it. */
export class Limit {
  /** Its item of RateLimit-Policy. */
  readonly policy: string;
  /** What stands before what is left of it, in its item of RateLimit and in its own headers. */
  private readonly itemBegin: string;
  private readonly linesBegin: string;
  /** What stands behind it, which says when there is more again: the same for all answers of some time. */
  private resetSeconds = 0;
  private itemEnd = '';
  private linesEnd = '';

  /** `name` says whose limit it is: of the usage plan (rate and quota), of the route, of the request restriction policy. */
  constructor(
    readonly name: 'plan' | 'quota' | 'route' | 'restriction',
    readonly limit: number,
    readonly windowSeconds: number,
  ) {
    this.policy = inOnePiece(`"${name}";q=${limit};w=${windowSeconds}`);
    this.itemBegin = inOnePiece(`"${name}";r=`);
    this.linesBegin = inOnePiece(`X-${this.kind}-Limit: ${limit}\r\nX-${this.kind}-Remaining: `);
  }

  get isQuota(): boolean {
    return this.name === 'quota';
  }

  /** Its item of RateLimit. */
  item(left: number, resetSeconds: number): string {
    if (resetSeconds !== this.resetSeconds) this.setEnds(resetSeconds);
    return this.itemBegin + left + this.itemEnd;
  }

  /** The lines of its own headers. */
  lines(left: number, resetSeconds: number): string {
    if (resetSeconds !== this.resetSeconds) this.setEnds(resetSeconds);
    return this.linesBegin + left + this.linesEnd;
  }

  private get kind(): string {
    return this.isQuota ? 'Quota' : 'RateLimit';
  }

  private setEnds(resetSeconds: number): void {
    this.resetSeconds = resetSeconds;
    this.itemEnd = inOnePiece(`;t=${resetSeconds}`);
    this.linesEnd = inOnePiece(`\r\nX-${this.kind}-Reset: ${resetSeconds}\r\n`);
  }
}

/** The same text, not to be put together out of its pieces for each answer. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
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
  let policies = `RateLimit-Policy: ${first.of.policy}`;
  let items = `\r\nRateLimit: ${itemOf(first)}`;
  let [rate, quota] = first.of.isQuota ? [null, first] : [first, null];
  for (let at = 1; at < limits.length; at += 1) {
    const told = limits[at] as ToldLimit;
    policies = policies + ', ' + told.of.policy;
    items = items + ', ' + itemOf(told);
    if (told.of.isQuota) quota = told;
    else if (rate === null || told.left < rate.left) rate = told;
  }
  return policies + items + '\r\n' + linesOf(rate) + linesOf(quota);
}

function itemOf({ of, left, resetSeconds }: ToldLimit): string {
  return of.item(left, resetSeconds);
}

function linesOf(told: ToldLimit | null): string {
  return told ? told.of.lines(told.left, told.resetSeconds) : '';
}

/** All headers of a response, for who sends them one by one. */
export function allHeaders({ headers, limitLines: lines = '' }: ResponseHead): HeaderList {
  const parts = lines.split('\r\n').flatMap((line) => (line === '' ? [] : line.split(': ', 2)));
  return receivedHeaders([...headers, ...parts]);
}

/** When a refused request may be tried again. */
export function retryHeader(seconds: number): HeaderList {
  return headerList('Retry-After', String(seconds));
}
