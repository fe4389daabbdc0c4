import fc from 'fast-check';

/** Single characters that parsers stumble over. */
const BYTES = [
  '\0',
  '\t',
  '\n',
  '\v',
  '\r',
  ' ',
  '"',
  ',',
  '.',
  '/',
  '0',
  ':',
  ';',
  'a',
  'F',
  '\x7f',
  '\x85',
  '\xa0',
  '\xe4',
];

/** Pieces that have led parsers to read one message as two, or another one. */
const PIECES = [
  '\r\n',
  '\r\n\r\n',
  '\n\n',
  '\r\r\n',
  '\r\n ',
  '\r\n\t',
  ' :',
  '\r\nContent-Length: 0',
  '\r\nContent-Length: 5',
  '\r\nContent-Length: 5, 5',
  '\r\nContent-Length: +5',
  '\r\nContent-Length:5 \t',
  '\r\nContent-Length: 18446744073709551621',
  '\r\nContent-Length: 9007199254740993',
  '\r\nContent-Length: 00000000000000000005',
  '\r\nContent_Length: 5',
  '\r\nTransfer-Encoding: chunked',
  '\r\nTransfer-Encoding:chunked ',
  '\r\ntransfer-encoding: CHUNKED',
  '\r\nTransfer-Encoding: chunked, chunked',
  '\r\nTransfer-Encoding: gzip, chunked',
  '\r\nTransfer-Encoding: chunked, identity',
  '\r\nTransfer-Encoding: identity',
  '\r\nTransfer-Encoding: \x0bchunked',
  '\r\nTransfer-Encoding: chunked\xa0',
  '\r\nTransfer-Encoding: "chunked"',
  '\r\nTransfer-Encoding:\r\n chunked',
  '\r\nTransfer-Encoding : chunked',
  '\r\nX: y\rTransfer-Encoding: chunked',
  '\r\nX: y\nTransfer-Encoding: chunked',
  '\r\nConnection: close',
  '\r\nConnection: keep-alive',
  '\r\nConnection: keep-alive\xa0',
  '\r\nConnection: close, keep-alive',
  '\r\nConnection: upgrade, close\r\nUpgrade: x',
  '\r\nConnection: Content-Length',
  '\r\nConnection:\tclose\t,',
  '\r\nUpgrade: websocket\r\nConnection: Upgrade',
  '\r\nExpect: 100-continue',
  '\r\nHost: other',
  '\r\nHost:',
  '\r\n: x',
  '\r\nTrailer: Content-Length',
  '0\r\n\r\n',
  '3\r\nabc\r\n',
  '3;x="\r\n"\r\nabc\r\n',
  '3 \r\nabc\r\n',
  'ffffffffffffffff1\r\n',
  '0x3\r\n',
  'GET /inner HTTP/1.1\r\nHost: h\r\n\r\n',
  'POST /inner HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc',
  'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 ',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

const change = fc.record({
  at: fc.nat(900),
  length: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 0, max: 40 })),
  kind: fc.constantFrom('replace', 'insert', 'insert', 'atLine', 'atLine', 'remove', 'repeat', 'case', 'cut'),
  piece: fc.oneof(fc.constantFrom(...BYTES), fc.constantFrom(...PIECES)),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function changed(text: string, { at, length, kind, piece }: Change): string {
  const place = at % (text.length + 1);
  const [head, part, tail] = [text.slice(0, place), text.slice(place, place + length), text.slice(place + length)];
  switch (kind) {
    case 'replace':
      return head + piece + tail;
    case 'insert':
      return head + piece + part + tail;
    case 'atLine': {
      const end = text.indexOf('\r\n', place);
      return end < 0 ? text + piece : text.slice(0, end) + piece + text.slice(end);
    }
    case 'remove':
      return head + tail;
    case 'repeat':
      return head + part + part + tail;
    case 'case':
      return head + (part === part.toLowerCase() ? part.toUpperCase() : part.toLowerCase()) + tail;
    case 'cut':
      break;
  }
  // Towards the end only, or little would be left of most messages.
  return text.slice(0, Math.max(place, text.length - length));
}

/** Messages of which a few bytes or lines are others, are missing, or are there twice. */
export function mutationsOf(messages: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(messages, fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => changes.reduce(changed, text));
}

/** Places to cut a message at. */
export const cuts = fc.array(fc.nat(700), { maxLength: 6 });
