import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { STAGE_HOST } from '../support/client.js';
import { HMAC_SECRET, JWT_SECRET } from './stages.js';

/** A request as a test sends it and asks about it. */
export interface GeneratedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  readonly body: string | null;
}

const SEGMENTS = [
  'a',
  'b',
  'A',
  'vip',
  'files',
  'pets',
  'cat.json',
  '.json',
  '',
  '..',
  '.',
  '%2e%2e',
  '%2F',
  '%00',
  '%zz',
  '%ED%95%9C%EA%B8%80',
  'a-b',
  'x%20y',
  '{x}',
  ';',
];
const GOOD_PATHS = [
  '/',
  '/a',
  '/a/b',
  '/vip',
  '/a/vip',
  '/a/x%2Fy',
  '/vip/b',
  '/files/a/b',
  '/files/a/%2e%2e',
  '/pets/cat.json',
  '/A',
  '/a-b',
];
const anyPath = fc
  .array(fc.constantFrom(...SEGMENTS), { minLength: 1, maxLength: 3 })
  .map((segments) => `/${segments.join('/')}`);
const QUERIES = ['', '?q=1', '?q=a%2Fb&q=c', '?q=%zz', '?r', '?q=../x', '?q=%2e%2e', '?q=%C3%A4', '#x'];

type Authorization = 'none' | 'hmac' | 'hmac-wrong' | 'jwt' | 'jwt-us' | 'jwt-expired' | 'basic' | 'empty';

/** HS256, by hand: the suite must not lean on the library that the gateway uses. */
function token(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', JWT_SECRET).update(signed).digest('base64url')}`;
}

function authorize(kind: Authorization, method: string, target: string): Record<string, string> {
  if (kind === 'none') return {};
  if (kind === 'empty') return { authorization: '' };
  if (kind === 'basic') return { authorization: 'Basic eDp5' };
  if (kind === 'jwt') return { authorization: `Bearer ${token({})}` };
  if (kind === 'jwt-us') return { authorization: `Bearer ${token({ iss: 'us' })}` };
  if (kind === 'jwt-expired') return { authorization: `Bearer ${token({ exp: 1 })}` };
  const date = new Date().toISOString();
  const secret = kind === 'hmac' ? HMAC_SECRET : 'wrong';
  const signature = createHmac('sha256', secret).update(`${method}\n${target}\n${date}`).digest('base64');
  return {
    'x-nhn-date': date,
    authorization: `hmac algorithm="HmacSHA256", headers="", signature="${signature}"`,
  };
}

const authorization = fc.constantFrom<Authorization[]>(
  'none',
  'hmac',
  'hmac',
  'hmac-wrong',
  'jwt',
  'jwt-us',
  'jwt-us',
  'jwt-expired',
  'basic',
  'empty',
);
const bodies = [
  [null, null],
  [null, 'application/json'],
  ['{"name":"x"}', 'application/json'],
  ['{"name":', 'application/json'],
  ['{}', 'application/json; charset=utf-8'],
  ['f=1', 'application/x-www-form-urlencoded'],
  ['text', 'text/plain'],
  ['text', 'no type'],
] as const;

/** Requests for stages of {@link stages}, good and bad. */
export const requests: fc.Arbitrary<GeneratedRequest> = fc
  .record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom('GET', 'POST', 'HEAD') },
      fc.constantFrom('DELETE', 'OPTIONS', 'PATCH'),
    ),
    path: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...GOOD_PATHS) }, anyPath),
    query: fc.oneof({ weight: 2, arbitrary: fc.constantFrom('', '?q=1') }, fc.constantFrom(...QUERIES)),
    host: fc.oneof(
      { weight: 20, arbitrary: fc.constant(STAGE_HOST) },
      fc.constantFrom('STAGE1.api.localhost:8080', 'stage1.api.localhost.', 'other.localhost'),
    ),
    key: fc.constantFrom(
      null,
      'good-value',
      'good-value',
      'good-value',
      'good-second',
      'free-value',
      'inactive-value',
      'elsewhere-value',
      'spent-value',
      'nobody',
      '',
    ),
    authorization,
    origin: fc.constantFrom(null, 'https://good.example', 'https://bad.example', 'null'),
    asked: fc.constantFrom(null, 'GET', 'POST', 'PATCH'),
    tenant: fc.constantFrom(null, 'inside', 'banned', 'other', 'ä', ''),
    accept: fc.constantFrom(null, '*/*', 'text/html', 'application/json;q=0.1, text/plain'),
    hops: fc.constantFrom(null, 'x-tenant', 'close, x-nhn-apikey'),
    body: fc.constantFrom(...bodies),
  })
  .map(
    ({
      method,
      path,
      query,
      host,
      key,
      authorization: kind,
      origin,
      asked,
      tenant,
      accept,
      hops,
      body: [text, type],
    }) => {
      const target = path + query;
      const body = text;
      const given: Record<string, string | null> = {
        host,
        'x-nhn-apikey': key,
        origin,
        'access-control-request-method': asked,
        'X-Tenant': tenant === null ? null : Buffer.from(tenant, 'utf8').toString('latin1'),
        accept,
        connection: hops,
        'content-type': type,
        'content-length': body === null ? null : String(Buffer.byteLength(body)),
        ...authorize(kind, method, target),
      };
      const headers = Object.fromEntries(
        Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
      );
      return { method, target, headers, body };
    },
  );
