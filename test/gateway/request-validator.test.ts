import { connect, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RequestValidation } from '../../src/contract/snapshot.js';
import { firstMissing } from '../../src/gateway/plugins/request-validator/names.js';
import { runAtOnce } from '../../src/kernel/steps.js';
import { type Answer, CHUNKED, declared, STAGE_HOST } from './support/client.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';
import { until } from './support/until.js';

const MEGABYTE = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

const gateway = useGateway();
const backend = useBackend();
const plugins = [pluginOf('REQUEST_VALIDATOR', { isActive: true })];

async function deploy(validation?: Partial<RequestValidation>): Promise<void> {
  const whole = {
    queryStrings: [],
    headers: [],
    formFields: [],
    contentTypes: [],
    hasBody: (validation?.bodySchema ?? null) !== null || (validation?.formFields ?? []).length > 0,
    bodySchema: null,
    ...validation,
  };
  const route = httpRoute('POST', backend().url, '/a', plugins);
  await gateway().deploy([
    pathOf('/a', [validation ? { ...route, validation: whole } : route]),
    pathOf('/free', [mockRoute('GET', 'free')]),
  ]);
}

const post = (headers: Record<string, string | string[]> = {}, body?: string | Buffer, path = '/a'): Promise<Answer> =>
  gateway().call(path, { method: 'POST', headers, body: body ?? '' });

/** What was refused, in the words of the answer; null for a request that reached the backend. */
async function refusal(
  headers?: Record<string, string>,
  body?: string | Buffer,
  path?: string,
): Promise<string | null> {
  backend().received.length = 0;
  const answer = await post(headers, body, path);
  if (answer.status === 200) return null;
  expect(backend().received).toHaveLength(0);
  const { resultCode, resultMessage } = answer.json().header;
  expect([answer.status, resultCode]).toEqual([400, 4000007]);
  return /^Bad Request \((.*)\)$/s.exec(resultMessage)?.[1] ?? resultMessage;
}

/** An object with a field of this name. */
const named = (name: string) => ({ [name]: 1 });

describe('REQUEST_VALIDATOR', () => {
  it('demands query parameters by the case of their names, whatever their values', async () => {
    await deploy({ queryStrings: ['a b', 'limit'] });
    expect(await refusal({}, '', '/a')).toBe('query parameter a b: is required');
    expect(await refusal({}, '', '/a?a%20b=1&Limit=2')).toBe('query parameter limit: is required');
    expect(await refusal({}, '', '/a?x=limit&a+b')).toBe('query parameter limit: is required');
    expect(await refusal({}, '', '/a?limit&a+b=')).toBeNull();
  });

  it('demands headers in any case', async () => {
    await deploy({ headers: ['x-tenant'] });
    expect(await refusal()).toBe('header x-tenant: is required');
    expect(await refusal({ 'X-TENANT': '' })).toBeNull();
  });

  it('demands form fields of forms alone', async () => {
    await deploy({ formFields: ['name', 'größe'] });
    expect(await refusal(FORM_TYPE, 'name=1')).toBe('form field größe: is required');
    expect(await refusal(FORM_TYPE, '')).toBe('form field name: is required');
    expect(await refusal(FORM_TYPE, 'Name=1&gr%C3%B6%C3%9Fe=2')).toBe('form field name: is required');
    expect(
      await refusal({ 'content-type': 'APPLICATION/x-www-form-urlencoded ; charset=utf-8' }, 'x=1'),
    ).not.toBeNull();
    expect(await refusal({ 'content-type': 'multipart/form-data; boundary=x' }, 'x')).toBeNull();
    expect(await refusal(FORM_TYPE, 'gr%C3%B6%C3%9Fe=2&name')).toBeNull();
  });

  it('demands a content type of the list, with or without what stands behind it', async () => {
    await deploy({ contentTypes: ['application/xml', 'text/*'] });
    const words = 'header content-type: must be application/xml or text/*';
    expect(await refusal({ 'content-type': 'application/json' }, '{}')).toBe(words);
    expect(await refusal({}, 'x')).toBe(words);
    expect(await refusal({ 'content-type': 'application/xml; charset=utf-8' }, '<a/>')).toBeNull();
    expect(await refusal({ 'content-type': 'Text/CSV' }, 'a')).toBeNull();
    expect(await refusal({ 'content-type': 'text' }, 'a')).toBe('header content-type: is no content type');
    expect(await refusal({}, '')).toBeNull();
    await deploy({ contentTypes: ['application/xml'], hasBody: true });
    expect(await refusal({}, '')).not.toBeNull();
  });

  it('sends what it has read on byte for byte, with a declared length or in chunks', async () => {
    await deploy({ bodySchema: { type: 'object' } });
    const body = Buffer.from(`  {"a": 1.000, "a": "\\u00e9 é", "b": "${'x'.repeat(MEGABYTE)}"}\n`);
    for (const framing of [declared(body.length), CHUNKED]) {
      expect(await refusal({ ...JSON_TYPE, ...framing }, body)).toBeNull();
      expect(backend().received[0]?.body.equals(body)).toBe(true);
    }
  });

  it('holds JSON bodies against the model, naming the place and the rule', async () => {
    const name = { type: 'string', minLength: 2, pattern: '^[a-z\\-]+$' };
    await deploy({
      bodySchema: {
        type: 'object',
        required: ['pets'],
        properties: { pets: { type: 'array', items: { $ref: '#/definitions/Pet' }, maxItems: 3 } },
        definitions: {
          Pet: {
            type: 'object',
            required: ['name'],
            properties: { name, age: { minimum: 0, exclusiveMinimum: true }, kind: { enum: ['cat', 'dog'] } },
            additionalProperties: false,
          },
        },
      },
    });
    const cases: [unknown, string | null][] = [
      [{ pets: [{ name: 'rex', age: 1, kind: 'dog' }] }, null],
      [{}, "body: must have required property 'pets'"],
      [[], 'body: must be object'],
      [{ pets: [{ name: 'rex' }, { name: 'x' }] }, 'body/pets/1/name: must NOT have fewer than 2 characters'],
      [{ pets: [{ name: 'REX' }] }, 'body/pets/0/name: must match pattern "^[a-z\\-]+$"'],
      [{ pets: [{ name: 'rex', age: 0 }] }, 'body/pets/0/age: must be > 0'],
      [
        { pets: [{ name: 'rex', kind: 'cow' }] },
        'body/pets/0/kind: must be equal to one of the allowed values: cat, dog',
      ],
      [{ pets: [{ name: 'rex', x: 0 }] }, 'body/pets/0: must NOT have additional properties'],
    ];
    for (const [body, words] of cases) expect(await refusal(JSON_TYPE, JSON.stringify(body))).toBe(words);
  });

  it('refuses JSON that is none, and looks at no other type', async () => {
    await deploy({ bodySchema: { type: 'object' } });
    for (const body of ['', '{', '{}x', Buffer.from([0x7b, 0xff, 0x7d])]) {
      expect(await refusal(JSON_TYPE, body)).toBe('body: is no valid JSON');
    }
    expect(await refusal({ 'content-type': 'Application/JSON;charset=UTF-8' }, '[]')).toBe('body: must be object');
    expect(await refusal({ 'content-type': 'text/plain' }, '[]')).toBeNull();
    expect(await refusal({ 'content-type': 'application/json, text/plain' }, '[]')).toBe(
      'header content-type: is no content type',
    );
  });

  it('lets everything through where nothing is demanded', async () => {
    await deploy();
    expect(await refusal({ 'content-type': 'what' }, '{')).toBeNull();
  });

  it('answers 4131000 for a body over 10 MB that it reads, declared or not', async () => {
    await deploy({ bodySchema: {} });
    const body = Buffer.alloc(10 * MEGABYTE + 1, ' ');
    for (const framing of [declared(body.length), CHUNKED]) {
      const answer = await post({ ...JSON_TYPE, ...framing }, body);
      expect([answer.status, answer.json().header.resultCode]).toEqual([413, 4131000]);
    }
    expect(backend().received).toHaveLength(0);
  });

  it('forgets a request whose client breaks its body off, without a word in the log', async () => {
    await deploy({ bodySchema: {} });
    const before = gateway().log.length;
    const socket = connect(gateway().port, '127.0.0.1');
    socket.write(
      `POST /a HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(gateway().log.slice(before)).toEqual([]);
    expect(backend().received).toHaveLength(0);
    expect(await refusal(JSON_TYPE, '{}')).toBeNull();
  });

  it.each([
    ['pattern', { pattern: '^(a+)+$' }, (text: string) => text],
    ['patternProperties', { patternProperties: { '^(a|aa)+$': {} }, additionalProperties: false }, named],
    ['a pattern of many ways', { pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' }, (text: string) => text],
  ])('answers what would hang other engines, and others meanwhile, soon: %s', async (_what, bodySchema, bodyOf) => {
    await deploy({ bodySchema: { title: String(Math.random()), ...bodySchema } });
    const startedAtMs = performance.now();
    const answers = Array.from({ length: 5 }, () =>
      refusal(JSON_TYPE, JSON.stringify(bodyOf(`${'a'.repeat(50_000)}!`))),
    );
    const others = Array.from({ length: 5 }, () => gateway().call('/free'));
    for (const other of await Promise.all(others)) expect(other.text).toBe('free');
    for (const words of await Promise.all(answers)) expect(words).toMatch(/^body: must (match pattern|NOT have add)/);
    // Each of the five would take for ever; a limit of time alone would give other words.
    expect(performance.now() - startedAtMs).toBeLessThan(2_000);
  });

  const doubling = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => {
      const next = { $ref: `#/definitions/d${index + 1}` };
      return [`d${index}`, { allOf: [next, next] }];
    }),
  );
  const hostile: [string, Record<string, unknown>, unknown][] = [
    [
      'a schema that doubles at each step',
      { allOf: [{ $ref: '#/definitions/d0' }], definitions: { ...doubling, d60: { type: 'number' } } },
      1,
    ],
    ['a schema that is its own part', { anyOf: [{ $ref: '#' }] }, 1],
    [
      'a comparison of each with each',
      { uniqueItems: true },
      Array.from({ length: 30_000 }, (_, index) => ({ index })),
    ],
  ];

  it.each(hostile)('ends %s soon, refuses it, and serves others on', async (_what, bodySchema, body) => {
    await deploy({ bodySchema: { title: String(Math.random()), ...bodySchema } });
    const words = 'body: cannot be checked, its schema takes too long';
    expect(await refusal(JSON_TYPE, JSON.stringify(body))).toBe(words);
    // It is not even tried again for a while, so that it cannot take the gateway's time.
    const startedAtMs = performance.now();
    for (let count = 0; count < 20; count += 1) expect(await refusal(JSON_TYPE, JSON.stringify('fine'))).toBe(words);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    expect((await gateway().call('/free')).text).toBe('free');
  });

  it('refuses bodies that are nested too deeply', async () => {
    await deploy({ bodySchema: { items: { $ref: '#' } } });
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(await refusal(JSON_TYPE, nested(200))).toBeNull();
    expect(await refusal(JSON_TYPE, nested(1_000_000))).toBe('body: must not be nested deeper than 200 levels');
  });

  it('keeps what a snapshot with a schema that cannot be compiled would replace', async () => {
    await deploy({ bodySchema: { type: 'object' } });
    await deploy({ bodySchema: { $ref: '#/definitions/None' } });
    await deploy({ bodySchema: { pattern: '(' } });
    const refused = gateway().controlPlane.receipts.slice(-2);
    expect(refused.map(({ refusal: reason }) => reason)).toEqual([
      expect.stringContaining("can't resolve reference #/definitions/None"),
      expect.stringContaining('error parsing regexp'),
    ]);
    expect(await refusal(JSON_TYPE, '[]')).toBe('body: must be object');
  });

  it('reads schemas as draft-04 writes them, whatever else they hold', async () => {
    const odd = {
      id: 'http://a/b',
      $schema: 'http://json-schema.org/draft-04/schema#',
      $async: true,
      format: 'email',
      example: 1,
      discriminator: 'kind',
      nullable: true,
      'x-y': {},
    };
    await deploy({ bodySchema: { ...odd, type: 'object' } });
    expect(await refusal(JSON_TYPE, '{}')).toBeNull();
    expect(await refusal(JSON_TYPE, '"a"')).not.toBeNull();
  });
});

describe('the bodies that are held', () => {
  const bounded = useGateway({ maxHeldBodyBytes: 1_000_000 });

  it('are bounded in their sum: what is too much is refused, until others are over', async () => {
    const validation = {
      queryStrings: [],
      headers: [],
      formFields: [],
      contentTypes: [],
      hasBody: true,
      bodySchema: {},
    };
    await bounded().deploy([pathOf('/a', [{ ...httpRoute('POST', backend().url, '/a', plugins), validation }])]);
    const body = JSON.stringify('x'.repeat(600_000));
    const send = async () => (await bounded().call('/a', { method: 'POST', headers: JSON_TYPE, body })).status;
    expect([await send(), await send(), await send()]).toEqual([200, 200, 200]);
    const head = `POST /a HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    const slow: Socket[] = [];
    // All but the last byte. It is itself refused when another one happens to be held as it arrives; then once more.
    const sendSlowly = (): void => {
      const socket = connect(bounded().port, '127.0.0.1');
      slow.push(socket.once('data', sendSlowly));
      socket.write(head + body.slice(0, -1));
    };
    sendSlowly();
    await until(async () => (await send()) === 503);
    for (const socket of slow) socket.off('data', sendSlowly).resetAndDestroy();
    await until(async () => (await send()) === 200);
    expect([await send(), await send()]).toEqual([200, 200]);
  });
});

describe('the names of parameters', () => {
  it('are found as URLSearchParams finds them', () => {
    const name = fc.constantFrom('a', 'A', 'b c', 'é', '가', '', '=', '&', '+');
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), fc.array(name), (entries, names) => {
        const query = new URLSearchParams(entries);
        const expected = names.find((one) => !query.has(one)) ?? null;
        expect(runAtOnce(firstMissing(query.toString(), names))).toBe(expected);
      }),
    );
  });
});

describe('a large form', () => {
  it('keeps nobody else waiting', async () => {
    await deploy({ formFields: ['last'] });
    const body = Buffer.from(`${'&'.repeat(9 * MEGABYTE)}last=1`);
    const large = refusal(FORM_TYPE, body);
    const beganAtMs = performance.now();
    let slowestMs = 0;
    let isOver = false;
    void large.finally(() => {
      isOver = true;
    });
    await until(async () => {
      const startedAtMs = performance.now();
      await gateway().call('/free');
      slowestMs = Math.max(slowestMs, performance.now() - startedAtMs);
      return isOver;
    });
    expect(await large).toBeNull();
    // In one piece, it would keep them waiting for most of the time that it takes.
    expect(slowestMs).toBeLessThan((performance.now() - beganAtMs) / 2);
  });
});
