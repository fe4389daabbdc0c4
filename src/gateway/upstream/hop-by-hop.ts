import { findHeader, type HeaderList } from '../headers.js';

/** Headers that hold for one connection only (RFC 9110, 7.6.1, and those of older HTTP). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that Connection must not take away: they frame the message or name its target. */
const END_TO_END = new Set(['content-length', 'host']);

/** Whether a header ends here, given what Connection names. */
export function hopByHopTest(headers: readonly string[]): (lowerName: string) => boolean {
  const named = namedByConnection(headers);
  if (named === null) return (lowerName) => HOP_BY_HOP.has(lowerName);
  return (lowerName) => HOP_BY_HOP.has(lowerName) || (named.has(lowerName) && !END_TO_END.has(lowerName));
}

/** The headers of a response of some status without those that end here. */
export function endToEndHeaders(status: number, headers: readonly string[]): HeaderList {
  const isHopByHop = hopByHopTest(headers);
  // A length beside chunks is wrong (RFC 9112, 6.3): passed on, it would frame what follows on the client's connection.
  // So is one with 204 (RFC 9110, 8.6), which has no body whatever it says.
  const hasNoLength = status === 204 || findHeader(headers, 'transfer-encoding') !== null;
  const endsHere = (lowerName: string): boolean =>
    isHopByHop(lowerName) || (hasNoLength && lowerName === 'content-length');
  const kept: HeaderList = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? '';
    if (!endsHere(name.toLowerCase())) kept.push(name, headers[at + 1] ?? '');
  }
  return kept;
}

function namedByConnection(headers: readonly string[]): Set<string> | null {
  let named: Set<string> | null = null;
  for (let at = 0; at < headers.length; at += 2) {
    if (headers[at]?.toLowerCase() !== 'connection') continue;
    named ??= new Set();
    for (const name of (headers[at + 1] ?? '').split(',')) named.add(name.trim().toLowerCase());
  }
  return named;
}
