import { addHeader, addOwnHeader, type HeaderList, joinRepeated, keepHeaders } from './header-list.js';
import { headerNames } from './headers.js';
import type { RequestContext } from './request-context.js';
import { hopByHopTest } from './upstream/index.js';

/** What the gateway writes itself, or answers itself (`expect`). */
const isReplaced = headerNames([
  'expect',
  'forwarded',
  'host',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-request-id',
]);

/** The headers of a request for a backend, before plugins. Repeated ones are joined by a comma. */
export function backendHeaders(context: RequestContext): HeaderList {
  const { exchange, target, isPeerTrusted } = context;
  const { peerAddress } = exchange;
  const endsHere = hopByHopTest(exchange.headers);
  const headers = joinRepeated(keepHeaders(exchange.headers, (name) => !endsHere(name) && !isReplaced(name)));
  // What an unknown peer says of earlier hops is dropped, so that a backend may believe what it reads.
  const earlier = isPeerTrusted ? context.header('x-forwarded-for') : null;
  addOwnHeader(headers, 'X-Forwarded-For', earlier === null ? peerAddress : `${earlier}, ${peerAddress}`);
  addOwnHeader(headers, 'X-Forwarded-Proto', context.scheme);
  const host = isPeerTrusted ? context.header('x-forwarded-host') : null;
  // It may come out of the target instead of a header.
  addHeader(headers, 'X-Forwarded-Host', host ?? target.host);
  addOwnHeader(headers, 'X-Request-Id', exchange.id);
  return headers;
}
