import type { ResponseHead } from './exchange.js';
import { headerList, type HeaderList, receivedHeaders } from './header-list.js';
import { headerNames } from './headers.js';

/** A limit as answers tell it, but for what is left of it. */
export class Limit {
  /** Of the answers that have told this limit as the last of theirs. */
  layout: Layout | null = null;

  /** `name` says whose limit it is: of the usage plan (rate and quota), of the route, of the request restriction policy. */
  constructor(
    readonly name: 'plan' | 'quota' | 'route' | 'restriction',
    readonly limit: number,
    readonly windowSeconds: number,
  ) {}

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

/** The lines of some limits without what is left of them: the same for all answers of some time. */
class Layout {
  /** What stands before each number, and behind the last. */
  private readonly texts: string[] = [];
  /** Of which limit each number says what is left, by their places. */
  private readonly places: number[] = [];
  private text = '';

  constructor(
    private readonly told: readonly ToldLimit[],
    private readonly rateAt: number,
  ) {
    const policies = told.map(({ of: { name, limit, windowSeconds } }) => `"${name}";q=${limit};w=${windowSeconds}`);
    this.text = `RateLimit-Policy: ${policies.join(', ')}\r\nRateLimit: `;
    for (const [at, { of, resetSeconds }] of told.entries()) {
      this.text += `${at === 0 ? '' : ', '}"${of.name}";r=`;
      this.leaveOut(at);
      this.text += `;t=${resetSeconds}`;
    }
    this.text += '\r\n';
    this.addLines('X-RateLimit', rateAt);
    const quotaAt = told.findIndex(({ of }) => of.isQuota);
    this.addLines('X-Quota', quotaAt);
    this.texts.push(inOnePiece(this.text));
  }

  isOf(told: readonly ToldLimit[], rateAt: number): boolean {
    if (told.length !== this.told.length || rateAt !== this.rateAt) return false;
    for (let at = 0; at < told.length; at += 1) {
      const [one, other] = [told[at], this.told[at]];
      if (one?.of !== other?.of || one?.resetSeconds !== other?.resetSeconds) return false;
    }
    return true;
  }

  textOf(told: readonly ToldLimit[]): string {
    const { texts, places } = this;
    let text = '';
    for (let at = 0; at < places.length; at += 1) text = text + texts[at] + told[places[at] as number]?.left;
    return text + texts[places.length];
  }

  private addLines(kind: string, place: number): void {
    const one = this.told[place];
    if (!one) return;
    this.text += `${kind}-Limit: ${one.of.limit}\r\n${kind}-Remaining: `;
    this.leaveOut(place);
    this.text += `\r\n${kind}-Reset: ${one.resetSeconds}\r\n`;
  }

  private leaveOut(place: number): void {
    this.texts.push(inOnePiece(this.text));
    this.places.push(place);
    this.text = '';
  }
}

/** The same text, not to be put together out of its pieces for each answer. */
function inOnePiece(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * The headers of an answer that tell limits, as lines with their ends: RateLimit-Policy and RateLimit
 * (draft-ietf-httpapi-ratelimit-headers), an item for each limit; X-RateLimit-* for the limit per second that leaves
 * least; X-Quota-* for the quota. Made of names and numbers of this process, so that nobody has to look whether they can
 * be written: with eight of them for a request that takes longer than to make them.
 */
export function limitLines(limits: readonly ToldLimit[]): string {
  const last = limits.at(-1)?.of;
  if (!last) return '';
  const rateAt = leastRate(limits);
  if (last.layout?.isOf(limits, rateAt) !== true) last.layout = new Layout(limits, rateAt);
  return last.layout.textOf(limits);
}

/** The place of the limit per second that leaves least; -1 for none. */
function leastRate(limits: readonly ToldLimit[]): number {
  let place = -1;
  let least = Infinity;
  for (let at = 0; at < limits.length; at += 1) {
    const { of, left } = limits[at] as ToldLimit;
    if (of.isQuota || left >= least) continue;
    place = at;
    least = left;
  }
  return place;
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
