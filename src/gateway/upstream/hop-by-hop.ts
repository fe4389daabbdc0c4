import { type HeaderList, keepHeaders } from '../header-list.js';
import { findHeader, headerNames, listMembers } from '../headers.js';

/** Headers that hold for one connection only (RFC 9110, 7.6.1, and those of older HTTP). */
const isHopByHop = headerNames([
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
const isEndToEnd = headerNames(['content-length', 'host']);

/** Tells of a header, by its name, whether it ends here, given what Connection names. */
export function hopByHopTest(headers: readonly string[]): (name: string) => boolean {
  const connection = findHeader(headers, 'connection');
  if (connection === null || connection === 'keep-alive') return isHopByHop;
  const named = new Set(listMembers(connection));
  return (name) => isHopByHop(name) || (named.has(name.toLowerCase()) && !isEndToEnd(name));
}

const isLength = headerNames(['content-length']);

/** The headers of a response of some status without those that end here. */
export function endToEndHeaders(status: number, headers: HeaderList): HeaderList {
  const endsHere = hopByHopTest(headers);
  // A length beside chunks is wrong (RFC 9112, 6.3): passed on, it would frame what follows on the client's connection.
  // So is one with 204 (RFC 9110, 8.6), which has no body whatever it says.
  const hasNoLength = status === 204 || findHeader(headers, 'transfer-encoding') !== null;
  return keepHeaders(headers, (name) => !endsHere(name) && !(hasNoLength && isLength(name)));
}
