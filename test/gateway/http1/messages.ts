import fc from 'fast-check';
import type { Sent } from './agreement.js';
import { REQUEST_CAPTURES } from './captures.js';
import { cuts, mutationsOf } from './mutations.js';

/** A request as bytes, one character each. */
export type RawMessage = string;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'];
const TARGETS = ['/', '/a/b?c=d', '/%20%zz', '*', 'http://h/x', '/ä'.replace('ä', '\xe4'), '/a#b', '//', '/"<>\\^`{|}'];
const NAMES = [
  'Host',
  'host',
  'X-A',
  'x-b',
  'Content-Length',
  'content-length',
  'Transfer-Encoding',
  'Connection',
  'Expect',
  'Cookie',
  'X_Y',
  "!#$%&'*+-.^_`|~",
];
const VALUES = [
  'h',
  '',
  ' ',
  'a b',
  'a\tb',
  '\xe4',
  '"q"',
  '0',
  '3',
  '5',
  '03',
  '+3',
  '3, 3',
  '0x3',
  'chunked',
  'Chunked',
  'gzip, chunked',
  'identity',
  'close',
  'keep-alive',
  '100-continue',
  'x, close',
  ',',
];
const BODIES = [
  '',
  'abc',
  'abcde',
  '3\r\nabc\r\n0\r\n\r\n',
  '3;x=y\r\nabc\r\n0\r\n\r\n',
  '003\r\nabc\r\n0\r\nX-T: 1\r\n\r\n',
  '0\r\n\r\n',
  'A\r\n0123456789\r\n0\r\n\r\n',
  '3\r\nab',
  '3\r\nabcd\r\n0\r\n\r\n',
  '-1\r\n\r\n',
];

const header = fc
  .tuple(
    fc.constantFrom(...NAMES),
    fc.constantFrom(':', ': ', ':\t', ' :', ': \t'),
    fc.constantFrom(...VALUES),
    fc.constantFrom('', '', ' ', '\t'),
  )
  .map((parts) => parts.join(''));
const lineEnd = fc.oneof(
  { weight: 60, arbitrary: fc.constant('\r\n') },
  fc.constantFrom('\n', '\r', '\r\r\n', '\n\r\n', '\r\n '),
);

/** A message that is right. */
const good: fc.Arbitrary<RawMessage> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    target: fc.constantFrom('/', '/a/b?c=d', '/%20'),
    extra: fc.array(
      fc.constantFrom('X-A: 1', 'X-A:2', 'Cookie: a=1', 'Accept: */* ', 'Connection: keep-alive', 'Connection: close'),
      { maxLength: 4 },
    ),
    body: fc.constantFrom('none', 'length', 'chunks'),
  })
  .map(({ method, target, extra, body }) => {
    const framing = body === 'none' ? [] : body === 'length' ? ['Content-Length: 5'] : ['Transfer-Encoding: chunked'];
    const content = body === 'none' ? '' : body === 'length' ? 'abcde' : '3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n';
    return [`${method} ${target} HTTP/1.1`, 'Host: h', ...extra, ...framing, '', content].join('\r\n');
  });

/** A message put together from parts of which many are wrong, or do not fit each other. */
const odd: fc.Arbitrary<RawMessage> = fc
  .record({
    method: fc.constantFrom(...METHODS, 'get', 'FOO', '', 'GE\xcb'),
    target: fc.constantFrom(...TARGETS),
    version: fc.oneof(
      { weight: 12, arbitrary: fc.constant('HTTP/1.1') },
      fc.constantFrom('HTTP/1.0', 'HTTP/1.2', 'HTTP/2.0', 'http/1.1', 'HTTP/1.1 ', ''),
    ),
    gap: fc.oneof({ weight: 12, arbitrary: fc.constant(' ') }, fc.constantFrom('  ', '\t', '')),
    hasHost: fc.boolean(),
    headers: fc.array(header, { maxLength: 4 }),
    ends: fc.array(lineEnd, { minLength: 8, maxLength: 8 }),
    body: fc.constantFrom(...BODIES),
    before: fc.oneof({ weight: 12, arbitrary: fc.constant('') }, fc.constantFrom('\r\n', '\n', ' ')),
  })
  .map(({ method, target, version, gap, hasHost, headers, ends, body, before }) => {
    const lines = [`${method}${gap}${target}${gap}${version}`, ...(hasHost ? ['Host: h'] : []), ...headers, ''];
    return before + lines.map((line, at) => line + (ends[at] ?? '\r\n')).join('') + body;
  });

const captured = fc.constantFrom(...REQUEST_CAPTURES);
const several = fc.array(fc.oneof(good, captured), { minLength: 2, maxLength: 4 }).map((parts) => parts.join(''));
const chunk = fc
  .tuple(
    fc.constantFrom('0', '1', '2', '03', 'a', 'A', '00000000000000003', 'g', '', '-1', '1 ', ' 1'),
    fc.constantFrom('', '', '', ';a', ';a=b', ' ;a', ';a="b;c"', ';', ';=', '; a = b', ';a=\xe4', ';\0', ';a\nb'),
    lineEnd,
    fc.constantFrom('', 'a', 'ab', 'abc', '0123456789'),
    lineEnd,
  )
  .map((parts) => parts.join(''));
const trailer = fc.constantFrom(
  'X-T: 1\r\n',
  'X-T:\r\n',
  'Content-Length: 3\r\n',
  'Host: x\r\n',
  'X T: 1\r\n',
  ' f\r\n',
  'X-T: \0\r\n',
);
/** Requests whose chunks are right and wrong. */
const inChunks = fc
  .record({ chunks: fc.array(chunk, { maxLength: 3 }), trailers: fc.array(trailer, { maxLength: 2 }), end: lineEnd })
  .map(({ chunks, trailers, end }) => {
    const head = 'POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
    return `${head}${chunks.join('')}0\r\n${trailers.join('')}${end}`;
  });

const texts = fc.oneof(
  { weight: 1, arbitrary: captured },
  { weight: 2, arbitrary: good },
  { weight: 4, arbitrary: odd },
  { weight: 2, arbitrary: inChunks },
  { weight: 1, arbitrary: several },
  { weight: 3, arbitrary: mutationsOf(good) },
  { weight: 6, arbitrary: mutationsOf(captured) },
  { weight: 3, arbitrary: mutationsOf(several) },
  { weight: 1, arbitrary: mutationsOf(inChunks) },
);

/** What clients send on a connection: right, nearly right, and wrong. */
export const sentRequests: fc.Arbitrary<Sent> = fc.record({ text: texts, cuts });
