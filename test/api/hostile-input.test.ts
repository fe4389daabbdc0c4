import { beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { Api, ApiAnswer, Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { expectError } from '../harness/expectations.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { type ApiOperation, listOperations, pathOf, pathParameters } from '../harness/operations.js';
import { answerOfRaw } from '../harness/raw-http.js';
import { type Stack, useStack } from '../harness/stack.js';
import { asAdministrator } from '../harness/users.js';

/** What no answer may hold: places in the program, queries, what a runtime says of its own objects. */
const LEAKS: readonly RegExp[] = [
  /\bat [\w.<>]+ \(|\bat (?:async )?file:|node:internal|node_modules/,
  /\/(?:dist|src|home|opt|usr|tmp|root|var)\//,
  /\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|RETURNING)\b [\w"*]+ /,
  /prisma|postgres|relation "|column "|constraint "|SQLSTATE|pg_\w+|ECONN|ERR_[A-Z]+_/i,
  /Cannot read propert|is not a function|is not iterable|undefined \(reading/,
];

let stack: Stack;
let api: Api;
let admin: Api;
let service: string;

beforeAll(async () => {
  stack = await useStack();
  api = await stack.newProject();
  admin = await asAdministrator(stack);
  const serviceId = await api.createService();
  service = `/services/${serviceId}`;
  await api.importSwagger(serviceId, httpDocument());
});

describe('no answer tells how the program is made:', () => {
  const deep = '['.repeat(60) + ']'.repeat(60);
  const bodies: [string, string | Buffer][] = [
    ['broken JSON', '{"a":'],
    ['a text', '"text"'],
    ['null', 'null'],
    ['a list', '[1,2]'],
    ['a deep list', `{"a":${deep}}`],
    ['__proto__', '{"__proto__":{"isAdministrator":true,"apigwServiceName":"x"}}'],
    ['constructor', '{"constructor":{"prototype":{"x":1}},"apigwServiceName":{"constructor":1}}'],
    ['huge numbers', '{"page":1e400,"limit":-0,"rateLimitRequestPerSecond":123456789012345678901234567890}'],
    ['NUL', '{"apigwServiceName":"a\\u0000b"}'],
    ['half a pair', '{"apigwServiceName":"\\ud800"}'],
    ['bytes', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
  ];
  const queries = [
    '',
    '?page=1&page=2',
    '?__proto__[a]=1&constructor=1',
    '?page=%00',
    '?limit[]=1',
    '?a=%ff',
    '?page=1e9',
  ];
  const ids = ['%00', '..%2f..%2fetc%2fpasswd', "'%20OR%201=1--", '%ed%a0%80', '__proto__', 'constructor', '%ff'];

  async function expectNoLeak(operation: ApiOperation, path: string, body?: string | Buffer): Promise<void> {
    const token = operation.access === 'appKey' || operation.access === 'public' ? null : admin.token;
    const hasBody = body !== undefined && operation.method !== 'GET';
    const { status, body: answer } = await fetchDeclared(stack.address.controlUrl, path, {
      method: operation.method,
      headers: {
        ...(hasBody ? { 'content-type': operation.bodyType } : {}),
        ...(token === null ? {} : { 'x-nhn-authorization': `Bearer ${token}` }),
      },
      ...(hasBody ? { body } : {}),
    });
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    const found = LEAKS.filter((leak) => leak.test(text.slice(0, 100_000)));
    expect([operation.id, path, String(body), status === 500, found]).toEqual([
      operation.id,
      path,
      String(body),
      false,
      [],
    ]);
  }

  it('every operation, with hostile paths, queries and bodies', async () => {
    const operations = await listOperations(stack.address.controlUrl);
    // The operations of v1.0 are those of v2.0.
    for (const operation of operations.filter(({ template }) => !template.startsWith('/v1.0/appkeys/'))) {
      // Things that exist are not to be had by what is done here to others.
      const path = (id: string) =>
        pathOf(operation, {
          ...Object.fromEntries(pathParameters(operation).map((name) => [name, id])),
          appKey: api.appKey,
        });
      for (const query of queries) await expectNoLeak(operation, path(newId()) + query);
      if (pathParameters(operation).some((name) => name !== 'appKey')) {
        for (const id of ids) await expectNoLeak(operation, path(id) + operation.exampleQuery);
      }
      if (operation.method !== 'GET') for (const [, body] of bodies) await expectNoLeak(operation, path(newId()), body);
    }
  });

  it('is a test that sees what it looks for', () => {
    const leaks = [
      new Error('x').stack ?? '',
      '/opt/gatewright/dist/main.js',
      'SELECT "id" FROM x',
      'relation "service" does not exist',
      "Cannot read properties of null (reading 'a')",
    ];
    for (const text of leaks) expect(LEAKS.some((leak) => leak.test(text))).toBe(true);
  });
});

describe('a name that stands twice', () => {
  const twice = (property: string, field: string) => [{ errorProperty: property, errorField: field }];
  const expectPlace = (answer: ApiAnswer, places: object[]) =>
    expect(answer.body.errorList).toEqual(places.map((place) => expect.objectContaining(place)));

  it('in a body is refused with its place, and nothing is changed', async () => {
    const before = await api.ok('GET', service);
    for (const [body, field] of [
      ['{"apigwServiceName":"one","apigwServiceName":"two"}', '/apigwServiceName'],
      ['{"apigwServiceName":"one","\\u0061pigwServiceName":"two"}', '/apigwServiceName'],
    ] as const) {
      const answer = await api.call('PUT', service, body);
      expectError(answer, 'INVALID_PARAMETER');
      expectPlace(answer, twice('body', field));
    }
    const nested = await api.call('POST', `${service}/models`, '{"modelName":"a","modelSchema":{"a":[{"b":1,"b":2}]}}');
    expectPlace(nested, twice('body', '/modelSchema/a/0/b'));
    expect(await api.ok('GET', service)).toEqual(before);
  });

  it('in a document or beside it is refused with its place', async () => {
    const document = JSON.stringify(mockDocument());
    const inside = await api.call(
      'POST',
      `${service}/resources/import`,
      `{"swaggerData":${document.slice(0, -1)},"paths":{}}}`,
    );
    expectError(inside, 'SWAGGER_INVALID');
    expectPlace(inside, twice('swaggerData', '/paths'));
    const beside = await api.call(
      'POST',
      `${service}/resources/import`,
      `{"swaggerData":${document},"swaggerData":{}}`,
    );
    expectError(beside, 'INVALID_PARAMETER');
    expectPlace(beside, twice('body', '/swaggerData'));
  });
});

describe('a query parameter', () => {
  it.each(['?page=1&page=2', '?page[]=1', '?page[a]=1', '?__proto__=1', '?constructor=1', '?__proto__[page]=2'])(
    'that comes as no single value, or that no list has, is refused: %s',
    async (query) => {
      expectError(await api.call('GET', `/services${query}`), 'INVALID_PARAMETER');
    },
  );
});

describe('names that objects of the language have', () => {
  it.each(['__proto__', 'constructor', 'prototype', 'toString'])('are no fields of a request: %s', async (name) => {
    const answer = await api.call('PUT', service, `{"apigwServiceName":"x","${name}":{"apigwServiceName":"y"}}`);
    expect(answer.status).toBe(400);
    expect((await api.ok('GET', service)).apigwService.apigwServiceName).toBe('service');
  });

  it('in free JSON mean nothing but themselves, and nothing else has them afterwards', async () => {
    const modelSchema = '{"properties":{"constructor":{"type":"string"},"toString":{"type":"null"}}}';
    const { model } = await api.ok('POST', `${service}/models`, `{"modelName":"Names","modelSchema":${modelSchema}}`);
    expect(model.modelSchema).toEqual(JSON.parse(modelSchema));
    const plugin = `{"pluginType":"SET_REQUEST_HEADER","pluginConfigJson":{"headers":{"constructor":"x"},"__proto__":{"headers":{}}}}`;
    const { resourceList } = await api.ok('GET', `${service}/resources`);
    const path = resourceList.find((one: Json) => one.methodType === null).resourceId;
    const answer = await api.call('PUT', `${service}/resource-paths/${path}`, `{"pathPluginList":[${plugin}]}`);
    expect(answer.status).toBe(400);
    expect(Object.keys((await api.ok('GET', service)).apigwService)).not.toContain('headers');
  });

  it('in a document do not reach the program', async () => {
    const text = JSON.stringify(mockDocument()).replace('"paths":{', '"paths":{"__proto__":{"get":{}},');
    const answer = await api.call('POST', `${service}/resources/import`, `{"swaggerData":${text}}`);
    expect(answer.status).toBe(400);
    const definitions = JSON.stringify(mockDocument()).replace(/}$/, ',"definitions":{"__proto__":{"type":"object"}}}');
    const other = await api.call('POST', `${service}/resources/import?dryRun=true`, `{"swaggerData":${definitions}}`);
    expect([200, 400]).toContain(other.status);
    expect((await api.call('GET', service)).status).toBe(200);
  });
});

describe('a form', () => {
  const form = (body: string) =>
    answerOfRaw(
      stack.address.controlUrl,
      `POST /oauth2/token/create HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Basic eDp5\r\n` +
        `Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );

  it('over 16 KB is refused before it is read as one', async () => {
    expectError(await form('a=b&'.repeat(5000)), 'INVALID_PARAMETER');
  });

  it('of a stranger is judged by the stranger, whatever it holds', async () => {
    for (const body of ['%', '__proto__=1', '%00', 'grant_type=a&grant_type=b'])
      expectError(await form(body), 'INVALID_USER');
  });
});
