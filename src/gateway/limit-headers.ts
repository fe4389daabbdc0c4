import type { HeaderList } from './headers.js';

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
 * The headers of an answer that tell limits: RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers), an
 * item for each limit; X-RateLimit-* for the limit per second that leaves least; X-Quota-* for the quota.
 */
export function limitHeaders(limits: readonly ToldLimit[]): HeaderList {
  const [first] = limits;
  if (!first) return [];
  let [policies, lefts] = [policyItem(first), leftItem(first)];
  let [rate, quota] = first.name === 'quota' ? [null, first] : [first, null];
  for (let at = 1; at < limits.length; at += 1) {
    const told = limits[at] as ToldLimit;
    policies += `, ${policyItem(told)}`;
    lefts += `, ${leftItem(told)}`;
    if (told.name === 'quota') quota = told;
    else if (rate === null || told.left < rate.left) rate = told;
  }
  const headers = ['RateLimit-Policy', policies, 'RateLimit', lefts];
  if (rate) {
    headers.push('X-RateLimit-Limit', String(rate.limit), 'X-RateLimit-Remaining', String(rate.left));
    headers.push('X-RateLimit-Reset', String(rate.resetSeconds));
  }
  if (quota) {
    headers.push('X-Quota-Limit', String(quota.limit), 'X-Quota-Remaining', String(quota.left));
    headers.push('X-Quota-Reset', String(quota.resetSeconds));
  }
  return headers;
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
