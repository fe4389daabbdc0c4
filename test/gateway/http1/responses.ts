import fc from 'fast-check';
import type { SentResponse } from './agreement.js';
import { RESPONSE_CAPTURES } from './captures.js';
import { cuts, mutationsOf } from './mutations.js';

const STATUS_LINES = [
  'HTTP/1.1 200 OK',
  'HTTP/1.1 200',
  'HTTP/1.1 200 ',
  'HTTP/1.1 404 not \xe4 here',
  'HTTP/1.0 200 OK',
  'HTTP/1.1 204 No Content',
  'HTTP/1.1 304 Not Modified',
  'HTTP/1.1 205 Reset Content',
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 102 Processing',
  'HTTP/1.1 103 Early Hints',
  'HTTP/1.1 150 What',
  'HTTP/1.1 101 Switching Protocols',
  'HTTP/1.1 999 Odd',
  'HTTP/1.1 099 Odd',
  'HTTP/1.1 2000 Odd',
  'HTTP/1.1 20 Odd',
  'HTTP/1.1  200 OK',
  'HTTP/1.1\t200 OK',
  'HTTP/1.2 200 OK',
  'HTTP/2 200',
  'ICY 200 OK',
];
const HEADERS = [
  'Content-Length: 3',
  'Content-Length:3',
  'content-length: 0',
  'Content-Length: 03',
  'Content-Length: 3, 3',
  'Content-Length: 3x',
  'Content-Length: ',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: Chunked',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: identity',
  'Connection: close',
  'Connection: keep-alive',
  'Connection: x, Close',
  'Connection: keep-alive, close',
  'Connection: upgrade',
  'Upgrade: h2c',
  'Set-Cookie: a=1',
  'X-A:',
  'X-A : 1',
  ' folded',
  'X-A: a\xa0',
  'X-A: a\x01b',
];
const BODIES = [
  '',
  'abc',
  'abcdef',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;a=b\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
  '0\r\n\r\n',
  '3\r\nab',
];

const built = fc
  .record({
    line: fc.oneof(fc.constant('HTTP/1.1 200 OK'), fc.constantFrom(...STATUS_LINES)),
    headers: fc.array(fc.constantFrom(...HEADERS), { maxLength: 4 }),
    end: fc.oneof({ weight: 20, arbitrary: fc.constant('\r\n') }, fc.constantFrom('\n', '\r', '\r\r\n')),
    body: fc.constantFrom(...BODIES),
  })
  .map(({ line, headers, end, body }) => `${[line, ...headers].join('\r\n')}${end}\r\n${body}`);

const captured = fc.constantFrom(...RESPONSE_CAPTURES);
/** With interim answers before them, or others behind. */
const several = fc.array(fc.oneof(captured, built), { minLength: 2, maxLength: 3 }).map((parts) => parts.join(''));
const texts = fc.oneof(
  { weight: 1, arbitrary: captured },
  { weight: 4, arbitrary: built },
  { weight: 2, arbitrary: several },
  { weight: 6, arbitrary: mutationsOf(captured) },
  { weight: 3, arbitrary: mutationsOf(built) },
);

/** What backends send to a request: right, nearly right, and wrong. */
export const sentResponses: fc.Arbitrary<SentResponse> = fc.record({
  text: texts,
  cuts,
  method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD'),
  isEnded: fc.boolean(),
});
