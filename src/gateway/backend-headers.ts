import { headerNames, type HeaderList, joinRepeated } from './headers.js';
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
  const endsHere = hopByHopTest(exchange.headers);
  const kept: HeaderList = [];
  for (let at = 0; at < exchange.headers.length; at += 2) {
    const name = exchange.headers[at] ?? '';
    if (!endsHere(name) && !isReplaced(name)) kept.push(name, exchange.headers[at + 1] ?? '');
  }
  const headers = joinRepeated(kept);
  // What an unknown peer says of earlier hops is dropped, so that a backend may believe what it reads.
  const earlier = isPeerTrusted ? context.header('x-forwarded-for') : null;
  headers.push('X-Forwarded-For', earlier === null ? exchange.peerAddress : `${earlier}, ${exchange.peerAddress}`);
  headers.push('X-Forwarded-Proto', context.scheme);
  headers.push('X-Forwarded-Host', (isPeerTrusted ? context.header('x-forwarded-host') : null) ?? target.host);
  headers.push('X-Request-Id', exchange.id);
  return headers;
}
