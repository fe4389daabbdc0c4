import { isNamed } from '../../headers.js';
import type { RequestContext } from '../../request-context.js';

/** The header whose value is signed as the time of the request. */
export const DATE_HEADER = 'x-nhn-date';

/**
 * What a client signs: method, target as sent, date, and a line for each listed header that is there, joined by \n.
 * `listed` are lower-case names. Latin-1, as headers come over the wire.
 */
export function signedText(context: RequestContext, date: string, listed: readonly string[]): string {
  const { method, headers } = context.exchange;
  let text = `${method}\n${targetOf(context)}\n${date}`;
  for (const name of listed) {
    const value = joinedValues(headers, name);
    if (value !== null) text += `\n${name}:${value}`;
  }
  return text;
}

/** Path with query; of an absolute URL what stands behind the host. */
function targetOf({ exchange, target }: RequestContext): string {
  if (exchange.target.startsWith('/')) return exchange.target;
  return target.query === '' ? target.path : `${target.path}?${target.query}`;
}

/** The values of a header, as they were sent, joined by a comma alone; null without one. */
function joinedValues(headers: readonly string[], lowerName: string): string | null {
  let joined: string | null = null;
  for (let at = 0; at < headers.length; at += 2) {
    if (!isNamed(headers[at] ?? '', lowerName)) continue;
    const value = headers[at + 1] ?? '';
    joined = joined === null ? value : `${joined},${value}`;
  }
  return joined;
}
