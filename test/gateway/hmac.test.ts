import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readCredential } from '../../src/gateway/plugins/hmac/credential.js';
import { readDate } from '../../src/gateway/plugins/hmac/date.js';
import { type Call, rawExchange, STAGE_HOST } from './support/client.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useGateway } from './support/suite.js';

const SECRET = 'Geheimnis für alle, 秘密';
const DATE = '2021-02-23T00:00:00+09:00';

const gateway = useGateway();

async function deploy(settings: object = {}, hosts?: string[]): Promise<void> {
  const plugins = [pluginOf('HMAC', { secretKey: SECRET, ...settings })];
  await gateway().deploy([pathOf('/{any+}', [mockRoute('GET', 'in', { plugins })])], {}, hosts);
}

function sign(text: string, digest = 'sha256'): string {
  return createHmac(digest, SECRET).update(text).digest('base64');
}

/** An Authorization header; parameters of which one is undefined are left out. */
function authorization(parameters: Record<string, string | undefined>): string {
  const written = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${value}"`],
  );
  return `hmac ${written.join(', ')}`;
}

const text = (path: string, date: string, ...lines: string[]) => ['GET', path, date, ...lines].join('\n');

async function codeOf(path: string, call: Call): Promise<number> {
  const answer = await gateway().call(path, call);
  return answer.status === 200 ? 200 : answer.json().header.resultCode;
}

/** A request that is signed as it should be, but for what a test changes. */
function signed(
  headers: Record<string, string | undefined> = {},
  parameters: Record<string, string | undefined> = {},
): Call {
  const date = headers['x-nhn-date'] ?? DATE;
  const all = {
    'x-nhn-date': date,
    authorization: authorization({
      algorithm: 'HmacSHA256',
      headers: '',
      signature: sign(text('/a', date)),
      ...parameters,
    }),
    ...headers,
  };
  return {
    headers: Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  };
}

/** The request of the console guide, and what it says that is signed; without the space that its own caution forbids. */
const EXAMPLE_HOST = 'kr1-example.api.nhncloudservice.com';
const EXAMPLE_PATH = '/members?isEnable=false&type=public';
const EXAMPLE_TEXT = text(
  EXAMPLE_PATH,
  DATE,
  `host:${EXAMPLE_HOST}`,
  'x-nhn-client-id:nhn',
  'x-nhn-client-ip:10.0.0.1,10.0.0.2',
);

function example(signature: string, algorithm = 'HmacSHA256'): Call {
  return {
    host: EXAMPLE_HOST,
    headers: {
      'x-nhn-date': DATE,
      'x-nhn-client-id': 'nhn',
      'x-nhn-client-ip': '10.0.0.1,10.0.0.2',
      authorization: `hmac algorithm="${algorithm}", headers="host,x-nhn-client-id,x-nhn-client-ip" , signature="${signature}"`,
    },
  };
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
}

const itWithOpenssl = hasOpenssl() ? it : it.skip;

describe('HMAC', () => {
  it('admits the worked example of the console guide', async () => {
    await deploy({ enforceHeaders: ['host', 'x-nhn-client-id'] }, [EXAMPLE_HOST, STAGE_HOST]);
    expect(await codeOf(EXAMPLE_PATH, example(sign(EXAMPLE_TEXT)))).toBe(200);
    expect(await codeOf(EXAMPLE_PATH, example(sign(EXAMPLE_TEXT, 'sha1'), 'HmacSHA1'))).toBe(200);
  });

  itWithOpenssl('admits what openssl has signed (skipped where openssl is absent)', async () => {
    await deploy({}, [EXAMPLE_HOST, STAGE_HOST]);
    for (const [digest, algorithm] of [
      ['sha256', 'HmacSHA256'],
      ['sha1', 'HmacSHA1'],
    ] as const) {
      const key = `hexkey:${Buffer.from(SECRET).toString('hex')}`;
      const options = ['dgst', `-${digest}`, '-mac', 'HMAC', '-macopt', key, '-binary'];
      const signature = execFileSync('openssl', options, { input: EXAMPLE_TEXT }).toString('base64');
      expect(await codeOf(EXAMPLE_PATH, example(signature, algorithm))).toBe(200);
    }
  });

  it('refuses the example when anything that is signed has changed', async () => {
    await deploy({}, [EXAMPLE_HOST, STAGE_HOST]);
    const call = example(sign(EXAMPLE_TEXT));
    const changed = (headers: Record<string, string>): Call => ({ ...call, headers: { ...call.headers, ...headers } });
    expect(await codeOf('/members?isEnable=true&type=public', call)).toBe(4011008);
    expect(await codeOf('/members?type=public&isEnable=false', call)).toBe(4011008);
    expect(await codeOf(EXAMPLE_PATH, { ...call, host: STAGE_HOST })).toBe(4011008);
    expect(await codeOf(EXAMPLE_PATH, changed({ 'x-nhn-client-id': 'other' }))).toBe(4011008);
    expect(await codeOf(EXAMPLE_PATH, changed({ 'x-nhn-date': '2021-02-23T00:00:01+09:00' }))).toBe(4011008);
    expect(await codeOf(EXAMPLE_PATH, example(sign(EXAMPLE_TEXT, 'sha1')))).toBe(4011008);
  });

  it('signs the target as it was sent, escapes and all', async () => {
    await deploy();
    const path = '/a%2Fb//c?x=%20+&&y=%EA%B0%80';
    const call = signed({}, { signature: sign(text(path, DATE)) });
    expect(await codeOf(path, call)).toBe(200);
    expect(await codeOf('/a%2fb//c?x=%20+&&y=%EA%B0%80', call)).toBe(4011008);
  });

  it('joins several values of a header by a comma alone, takes listed names in any case, leaves absent ones out', async () => {
    await deploy();
    const signature = sign(text('/a', DATE, 'x-b:3', 'x-a:1,2, 4'));
    const call = signed({}, { headers: ' X-B,, x-none , x-A', signature });
    const headers = { ...call.headers, 'X-a': ['1', '2, 4'], 'x-b': '3' };
    expect(await codeOf('/a', { headers })).toBe(200);
  });

  it('reads header values as the bytes that were sent', async () => {
    await deploy();
    const credential = authorization({
      algorithm: 'HmacSHA256',
      headers: 'x-a',
      signature: sign(text('/a', DATE, 'x-a:가')),
    });
    const bytes = Buffer.from('가').toString('latin1');
    const request = `GET /a HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nx-nhn-date: ${DATE}\r\nx-a: ${bytes}\r\nAuthorization: ${credential}\r\nConnection: close\r\n\r\n`;
    expect(await rawExchange(gateway().port, request)).toContain('200 OK');
  });

  const refused: [string, number, Call][] = [
    ['no Authorization', 4011001, signed({ authorization: undefined })],
    ['an empty Authorization', 4011001, signed({ authorization: ' ' })],
    ['another scheme', 4011009, signed({ authorization: 'Bearer abc' })],
    ['a scheme that only begins like it', 4011009, signed({ authorization: 'hmacx algorithm="HmacSHA256"' })],
    ['nothing behind the scheme', 4011002, signed({ authorization: 'hmac' })],
    ['no algorithm', 4011002, signed({}, { algorithm: undefined })],
    ['another algorithm', 4011002, signed({}, { algorithm: 'HmacMD5' })],
    ['an algorithm that every object has', 4011002, signed({}, { algorithm: 'constructor' })],
    ['no signature', 4011003, signed({}, { signature: undefined })],
    ['an empty signature', 4011003, signed({}, { signature: '' })],
    ['no x-nhn-date', 4011005, signed({ 'x-nhn-date': undefined, 'x-must': '1' }, { headers: 'x-must' })],
    ['an unreadable x-nhn-date', 4011006, signed({ 'x-nhn-date': 'today', 'x-must': '1' }, { headers: 'x-must' })],
    ['an old x-nhn-date', 4011007, signed({ 'x-must': '1' }, { headers: 'x-must' })],
    ['a required header that is not listed', 4011004, signed({ 'x-must': '1' })],
    ['a required header that is not there', 4011004, signed({}, { headers: 'x-must' })],
    ['a parameter twice', 4011008, signed({ authorization: 'hmac algorithm="HmacSHA256", algorithm="HmacSHA1"' })],
    ['a quote without an end', 4011008, signed({ authorization: 'hmac algorithm="HmacSHA256' })],
    ['more names than can be signed', 4011008, signed({}, { headers: 'x-must'.concat(',a'.repeat(200)) })],
  ];

  it.each(refused)('with %s answers %d', async (_what, code, call) => {
    await deploy({ clockSkewSeconds: 60, enforceHeaders: ['X-Must'] });
    expect(await codeOf('/a', call)).toBe(code);
  });

  it('checks in the published order when all is wrong', async () => {
    await deploy({ clockSkewSeconds: 60, enforceHeaders: ['x-must'] });
    const steps: [Record<string, string>, Record<string, string>, number][] = [
      [{ authorization: 'Basic a' }, {}, 4011009],
      [{ 'x-nhn-date': 'x' }, { algorithm: 'x', signature: '' }, 4011002],
      [{ 'x-nhn-date': 'x' }, { signature: '' }, 4011003],
      [{ 'x-nhn-date': 'x' }, { signature: 'x' }, 4011004],
      [{ 'x-nhn-date': 'x', 'x-must': '1' }, { headers: 'x-must', signature: 'x' }, 4011006],
      [{ 'x-must': '1' }, { headers: 'x-must', signature: 'x' }, 4011007],
      [{ 'x-must': '1', 'x-nhn-date': new Date().toISOString() }, { headers: 'x-must', signature: 'x' }, 4011008],
    ];
    for (const [headers, parameters, code] of steps) expect(await codeOf('/a', signed(headers, parameters))).toBe(code);
  });

  it('allows the clocks to be apart by the setting, to either side', async () => {
    await deploy({ clockSkewSeconds: 60 });
    const at = (offsetMs: number) => signed({ 'x-nhn-date': new Date(Date.now() + offsetMs).toISOString() });
    expect(await codeOf('/a', at(-50_000))).toBe(200);
    expect(await codeOf('/a', at(50_000))).toBe(200);
    expect(await codeOf('/a', at(-70_000))).toBe(4011007);
    expect(await codeOf('/a', at(70_000))).toBe(4011007);
  });

  it('does not take a second Authorization beside a good one', async () => {
    await deploy();
    const { headers } = signed();
    const twice = [String(headers?.['authorization']), 'hmac algorithm="HmacSHA1"'];
    expect(await codeOf('/a', { headers: { ...headers, authorization: twice } })).toBe(4011008);
  });
});

describe('the parameters of an Authorization header', () => {
  it('are read as they were written, with any space between them', () => {
    const space = fc.constantFrom('', ' ', '\t', '  ');
    const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
    const value = fc.stringMatching(/^[\x20\x21\x23-\x7e]{0,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(name, value, space), { selector: ([key]) => key }), (entries) => {
        const written = entries.map(([key, text, gap]) => `${gap}${key}${gap}=${gap}"${text}"${gap}`).join(',');
        expect(Object.fromEntries(readCredential(written) ?? [])).toEqual(Object.fromEntries(entries));
      }),
    );
  });

  it('are read or refused, whatever they hold', () => {
    const part = fc.constantFrom('a', '=', '"', ',', ' ', '\t', '\\', 'algorithm="x"', '\u0000', 'é');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        for (const [name, value] of readCredential(parts.join('')) ?? []) {
          expect(name).toMatch(/^[a-z0-9_-]+$/);
          expect(value).not.toContain('"');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('of any kind are read in a time that grows with their length alone', () => {
    const startedAtMs = performance.now();
    for (const piece of [' ', 'a', '"', ',', '=', 'a="', 'a=", ', '\t,', 'a ='])
      readCredential(piece.repeat(1_000_000));
    expect(performance.now() - startedAtMs).toBeLessThan(5_000);
  });
});

describe('the date of a request', () => {
  it.each([
    ['2021-02-23T00:00:00+09:00', Date.UTC(2021, 1, 22, 15)],
    ['2021-02-23T00:00:00-0330', Date.UTC(2021, 1, 23, 3, 30)],
    ['2021-02-23T00:00:00Z', Date.UTC(2021, 1, 23)],
    ['2024-02-29T23:59:59.123Z', Date.UTC(2024, 1, 29, 23, 59, 59, 123)],
  ])('%s is read', (written, expected) => {
    expect(readDate(written)).toBe(expected);
  });

  it.each([
    '',
    '2021-02-23',
    '2021-02-23T00:00:00',
    '2021-02-29T00:00:00Z',
    '2021-13-01T00:00:00Z',
    '2021-02-23T24:00:00Z',
    '2021-02-23T00:60:00Z',
    '2021-02-23T00:00:00+25:00',
    '2021-02-23t00:00:00z',
    ' 2021-02-23T00:00:00Z',
    '1614006000',
  ])('%j is none', (written) => {
    expect(readDate(written)).toBeNull();
  });

  it('is read as the language itself reads it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(readDate(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });
});
