import { createHash } from 'node:crypto';
import { type Counters, type Verdict, WINDOW_SECONDS } from '../counters/index.js';
import { addHeaders } from '../header-list.js';
import { type RequestContext, RequestFailed } from '../request-context.js';
import { type Limit, retryHeader } from '../limit-headers.js';

/** Longer values are counted under their hash, so that memory does not depend on what clients send. */
const MAX_VALUE_LENGTH = 64;

/** A limit per second that a request is counted against. */
export interface RateCheck {
  readonly key: string;
  readonly limit: number;
  /** As answers tell it; null: they do not. */
  readonly told: Limit | null;
  /** Hears how many requests are left. */
  readonly onLeft?: (left: number) => void;
}

/** Counts a request against a limit per second. Waits only when the counters have to. @throws RequestFailed */
export function takeRate(counters: Counters, context: RequestContext, check: RateCheck): void | Promise<void> {
  const verdict = counters.take(check, null);
  if (verdict instanceof Promise) return verdict.then((given) => conclude(given, context, check));
  conclude(verdict, context, check);
}

function conclude({ refused, rateLeft }: Verdict, { limits, addedHeaders }: RequestContext, check: RateCheck): void {
  const { told, onLeft } = check;
  onLeft?.(rateLeft);
  if (told) limits.push({ of: told, left: rateLeft, resetSeconds: WINDOW_SECONDS });
  if (refused === null) return;
  addHeaders(addedHeaders, retryHeader(WINDOW_SECONDS));
  throw new RequestFailed({ failure: 'RateExceeded' });
}

/** The value of a path variable of the request; null without one. */
export function pathVariable({ match }: RequestContext, name: string): string | null {
  const value = match?.variable(name) ?? null;
  return value === null || typeof value === 'string' ? value : value.join('/');
}

/** A value that a client sent, as part of a counter's key. */
export function valueInKey(value: string): string {
  return value.length <= MAX_VALUE_LENGTH ? value : `#${createHash('sha256').update(value).digest('base64url')}`;
}
