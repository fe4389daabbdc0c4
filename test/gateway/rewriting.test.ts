import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { useBackend, useGateway } from './support/suite.js';
import type { ReceivedRequest } from './support/backend.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import type { SnapshotPlugin } from '../../src/contract/snapshot.js';
import type { Answer, Call } from './support/client.js';

const gateway = useGateway();
const backend = useBackend();

const CONTEXT = [
  'request.clientIp',
  'request.path.id',
  'request.host',
  'request.uri',
  'request.uriPath',
  'request.uriPattern',
  'request.scheme',
  'request.httpMethod',
  'request.queryString.q',
  'request.header.X-In',
];

beforeAll(async () => {
  const { url } = backend();
  const http = (path: string, plugins: SnapshotPlugin[] = [], base = url) => httpRoute('GET', base, path, plugins);
  const setRequest = (headers: Record<string, string>) => pluginOf('SET_REQUEST_HEADER', { headers });
  const addQuery = (parameters: Record<string, string>) => pluginOf('ADD_REQUEST_QUERY_PARAMETER', { parameters });
  await gateway().deploy([
    pathOf('/plain', [http('/plain')]),
    pathOf('/base', [http('/x', [], `${url}/api/?k=1`)]),
    pathOf('/own', [http('/x?fixed=1&id=${request.queryString.id}')]),
    pathOf('/one/{id}', [http('/v1/${request.path.id}')]),
    pathOf('/rest/{all+}', [http('/v1/${request.path.all+}')]),
    pathOf('/name', [http('/v1/${request.queryString.name}')]),
    pathOf('/absent', [http('/a${request.queryString.no}/b$!{request.queryString.no}/c')]),
    pathOf('/korean', [http('/가/a b')]),
    pathOf('/broken', [http('/${request.nothing}')]),
    pathOf('/brokenheader', [http('/x', [setRequest({ 'X-A': '${request.path.' })])]),
    pathOf('/query', [http('/q', [addQuery({ a: '1', 'b&c': '${request.queryString.q}' })])]),
    pathOf('/context/{id}', [
      http('/x', [setRequest(Object.fromEntries(CONTEXT.map((name, at) => [`X-${at}`, `\${${name}}`])))]),
    ]),
    pathOf('/time', [http('/x', [setRequest({ 'X-Time': '${request.timestamp}' })])]),
    pathOf('/header/{id}', [
      http('/x', [
        setRequest({
          'X-Id': '<${request.path.id}>',
          'X-In': 'replaced',
          Host: 'set.example',
          'X-No': '${request.header.no}|$!{request.header.no}',
        }),
        pluginOf('REMOVE_REQUEST_HEADER', { headers: ['x-gone', 'X-Set-And-Gone'] }),
      ]),
    ]),
    pathOf('/answer/{id}', [
      mockRoute('GET', 'body ${request.path.id}', {
        statusCode: 202,
        headers: { 'X-Mock': '${request.path.id}', 'X-Gone': '1' },
        plugins: [
          pluginOf('SET_RESPONSE_HEADER', {
            headers: { 'X-Status': '${response.httpStatus}', 'X-Id': '${request.path.id}' },
          }),
          pluginOf('REMOVE_RESPONSE_HEADER', { headers: ['x-gone'] }),
        ],
      }),
    ]),
  ]);
});

async function received(path: string, call?: Call): Promise<ReceivedRequest> {
  const answer = await gateway().call(path, call);
  const request = backend().received.at(-1);
  if (!request) throw new Error(`the backend got nothing; the answer was ${answer.text}`);
  return request;
}

async function refused(path: string): Promise<Answer> {
  const answer = await gateway().call(path);
  expect(backend().received).toHaveLength(0);
  return answer;
}

describe('the path to the backend', () => {
  it('is the base path and the template, with their own queries before the one that was sent', async () => {
    expect((await received('/base?z=1')).url).toBe('/api/x?k=1&z=1');
    expect((await received('/own?id=7%268')).url).toBe('/x?fixed=1&id=7%268&id=7%268');
  });

  it('holds the values of variables encoded, each in its segment', async () => {
    expect((await received('/one/a%20b%2Fc%3Fd%23e&f')).url).toBe('/v1/a%20b%2Fc%3Fd%23e%26f');
    expect((await received('/one/%EA%B0%80')).url).toBe('/v1/%EA%B0%80');
    expect((await received('/name?name=a/b?c%23')).url).toBe('/v1/a%2Fb%3Fc%23?name=a/b?c%23');
  });

  it('keeps the slashes of a rest variable and the encoded ones in it', async () => {
    expect((await received('/rest/a/b%2Fc/d/')).url).toBe('/v1/a/b%2Fc/d/');
  });

  it('keeps ${x} without a value as it is written and makes $!{x} empty', async () => {
    expect((await received('/absent')).url).toBe('/a$%7Brequest.queryString.no%7D/b/c');
  });

  it('encodes what the template itself may not hold', async () => {
    expect((await received('/korean')).url).toBe('/%EA%B0%80/a%20b');
  });

  it.each([
    '/name?name=..',
    '/name?name=../x',
    '/name?name=%2e%2e',
    '/name?name=..%5cx',
    '/one/..%2Fx',
    '/rest/a/..%2f..%2fb',
    '/name?name=.',
  ])('answers 4000003 when a value would leave its place: %s', async (path) => {
    expect((await refused(path)).json().header.resultCode).toBe(4000003);
  });

  it('answers 500000002 for a template that cannot be read', async () => {
    for (const path of ['/broken', '/brokenheader']) {
      const answer = await refused(path);
      expect(answer.status).toBe(500);
      expect(answer.json().header).toEqual({
        isSuccessful: false,
        resultCode: 500000002,
        resultMessage:
          'Parsing failed due to an incorrect template format in the Context Variable. Please check API Gateway settings',
      });
    }
  });

  it('never has other segments than the template, whatever a client sends as a value', async () => {
    const value = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(value, async (text) => {
        backend().received.length = 0;
        const { status } = await gateway().call(`/one/${encodeURIComponent(text)}`);
        const isForwarded = status === 200;
        const urls = backend().received.map(({ url }) => url);
        expect([200, 400, 404]).toContain(status);
        expect(urls).toEqual(isForwarded ? [`/v1/${encodeURIComponent(text)}`] : []);
      }),
      { numRuns: 150 },
    );
  });
});

describe('the query to the backend', () => {
  it('goes as it was sent', async () => {
    for (const query of ['a=1&b', 'a=%20+%B0%A1&=x&&', "a='(*)'&b=[1]", 'x=//?']) {
      expect((await received(`/plain?${query}`)).url).toBe(`/plain?${query}`);
    }
    expect((await received('/plain')).url).toBe('/plain');
  });

  it('joins the values of a repeated name by a comma', async () => {
    expect((await received('/plain?id=1&x=%20&%69d=2&id')).url).toBe('/plain?id=1,2,&x=%20');
  });

  it('takes added parameters behind those that were sent, never in their place, and encoded', async () => {
    expect((await received('/query?a=0&q=x%26y')).url).toBe('/q?a=0&q=x%26y&a=1&b%26c=x%26y');
  });

  it('answers 4000003 when it cannot be encoded', async () => {
    expect((await refused('/plain?a=%zz')).json().header.resultCode).toBe(4000003);
  });
});

describe('the headers to the backend', () => {
  it('are set and replaced, then removed, by plugins', async () => {
    const { headers } = await received('/header/7', { headers: { 'x-in': 'in', 'X-Gone': '1' } });
    expect(headers).toMatchObject({
      'x-id': '<7>',
      'x-in': 'replaced',
      host: 'set.example',
      'x-no': '${request.header.no}|',
    });
    expect(headers).not.toHaveProperty('x-gone');
  });

  it('hold every context variable of a request', async () => {
    const { headers } = await received('/context/a%20b?q=1&q=2', { headers: { 'x-in': ['a', 'b'] } });
    expect(CONTEXT.map((_name, at) => headers[`x-${at}`])).toEqual([
      '127.0.0.1',
      'a b',
      'stage1.api.localhost',
      'http://stage1.api.localhost/context/a%20b?q=1&q=2',
      '/context/a%20b',
      '/context/{id}',
      'http',
      'GET',
      '1,2',
      'a, b',
    ]);
  });

  it('hold the time of the request in milliseconds', async () => {
    const before = Date.now();
    const { headers } = await received('/time');
    expect(Number(headers['x-time'])).toBeGreaterThanOrEqual(before);
    expect(Number(headers['x-time'])).toBeLessThanOrEqual(Date.now());
  });

  it('cannot be added to by a value with line ends', async () => {
    const { headers } = await received(`/header/${encodeURIComponent('a\r\nX-Evil: 1\x01')}`);
    expect(headers['x-id']).toBe('<a%0D%0AX-Evil: 1%01>');
    expect(headers).not.toHaveProperty('x-evil');
  });

  it('carry text beyond ASCII as UTF-8', async () => {
    const { headers } = await received(`/header/${encodeURIComponent('한글')}`);
    expect(Buffer.from(headers['x-id'] as string, 'latin1').toString()).toBe('<한글>');
  });
});

describe('the answer', () => {
  it('has the headers of a MOCK with context variables, and its body as it is written', async () => {
    const answer = await gateway().call('/answer/7');
    expect(answer.status).toBe(202);
    expect(answer.text).toBe('body ${request.path.id}');
    expect(answer.headers['x-mock']).toBe('7');
  });

  it('has header values beyond ASCII byte by byte, also where the gateway gives the body itself', async () => {
    const plugins = [pluginOf('SET_RESPONSE_HEADER', { headers: { 'X-Echo': '${request.header.X-Sent}' } })];
    const host = 'mock.api.localhost';
    await gateway().deploy([pathOf('/mock', [mockRoute('GET', 'body', { plugins })])], { stageId: 'mock' }, [host]);
    const sent = Buffer.from('ä한').toString('latin1');
    const { headers } = await gateway().call('/mock', { host, headers: { 'X-Sent': sent }, body: Buffer.alloc(0) });
    expect(Buffer.from(headers['x-echo'] as string, 'latin1').toString()).toBe('ä한');
  });

  it('passes SET_RESPONSE_HEADER, then REMOVE_RESPONSE_HEADER', async () => {
    const { headers } = await gateway().call('/answer/7');
    expect(headers).toMatchObject({ 'x-status': '202', 'x-id': '7' });
    expect(headers).not.toHaveProperty('x-gone');
  });

  it('cannot be split by a value with line ends', async () => {
    const { headers } = await gateway().call(`/answer/${encodeURIComponent('a\r\nSet-Cookie: b=1')}`);
    expect(headers['x-id']).toBe('a%0D%0ASet-Cookie: b=1');
    expect(headers).not.toHaveProperty('set-cookie');
  });
});
