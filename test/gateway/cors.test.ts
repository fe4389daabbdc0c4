import { beforeAll, describe, expect, it } from '@jest/globals';
import { useBackend, useGateway } from './support/suite.js';
import { httpRoute, mockRoute, pathOf, pluginOf } from './support/snapshots.js';

const gateway = useGateway();
const backend = useBackend((_request, response) => {
  response.setHeader('Access-Control-Allow-Origin', 'https://backend.example');
  response.setHeader('Vary', 'Accept');
  response.end('from the backend');
});
const ORIGIN = 'https://app.example';
const STRICT = {
  allowedMethods: ['GET' as const, 'POST' as const],
  allowedHeaders: ['X-A', 'Content-Type'],
  allowedOrigins: [ORIGIN, 'http://other.example:80'],
  exposedHeaders: ['X-B'],
  maxCredentialsAge: 600,
  allowCredentials: true,
};
const OPEN = {
  ...STRICT,
  allowedOrigins: ['*'],
  allowedHeaders: ['*'],
  exposedHeaders: [],
  maxCredentialsAge: null,
  allowCredentials: false,
};

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/strict', [mockRoute('GET', 'strict')], STRICT),
    pathOf('/open', [httpRoute('GET', backend().url, '/x')], OPEN),
    pathOf('/minusone', [mockRoute('GET', '')], { ...OPEN, maxCredentialsAge: -1 }),
    pathOf('/both', [mockRoute('GET', '')], null),
    pathOf('/{any}', [mockRoute('POST', '')], STRICT),
    pathOf('/broken', [mockRoute('GET', '', { headers: { 'X-A': '${no.variable}' } })], STRICT),
    pathOf(
      '/set',
      [
        mockRoute('GET', '', {
          plugins: [pluginOf('SET_RESPONSE_HEADER', { headers: { 'Access-Control-Allow-Origin': '*' } })],
        }),
      ],
      STRICT,
    ),
  ]);
});

const preflight = (path: string, headers: Record<string, string>) =>
  gateway().call(path, { method: 'OPTIONS', headers });
const asked = (origin: string, method = 'GET') => ({ origin, 'access-control-request-method': method });

describe('the preflight of a CORS path', () => {
  it('is answered with what the setting allows', async () => {
    const answer = await preflight('/strict', asked(ORIGIN));
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'X-A, Content-Type',
      'access-control-max-age': '600',
      vary: expect.stringContaining('Origin'),
      'x-request-id': expect.stringMatching(/^.{20}$/),
    });
  });

  it('gives an origin that is not allowed no CORS header', async () => {
    for (const origin of ['https://evil.example', 'https://app.example.evil', 'http://app.example', 'null']) {
      const { headers } = await preflight('/strict', asked(origin));
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(headers.vary).toContain('Origin');
    }
  });

  it('counts a standard port as none', async () => {
    expect((await preflight('/strict', asked('http://other.example'))).headers['access-control-allow-origin']).toBe(
      'http://other.example',
    );
  });

  it('sends no Max-Age for null and -1', async () => {
    for (const path of ['/open', '/minusone']) {
      expect((await preflight(path, asked(ORIGIN))).headers).not.toHaveProperty('access-control-max-age');
    }
  });

  it('answers headers * with those that were asked for', async () => {
    const { headers } = await preflight('/open', {
      ...asked(ORIGIN),
      'access-control-request-headers': 'authorization, x-y',
    });
    expect(headers['access-control-allow-headers']).toBe('authorization, x-y');
    const none = await preflight('/open', asked(ORIGIN));
    expect(none.headers['access-control-allow-headers']).toBe('*');
  });

  it('belongs to the path that the request after it will reach', async () => {
    const answer = await preflight('/both', asked(ORIGIN, 'POST'));
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
  });
});

describe('OPTIONS of a CORS path', () => {
  it('is answered without a preflight too', async () => {
    const answer = await preflight('/strict', {});
    expect(answer.status).toBe(200);
    expect(answer.headers.allow).toBe('GET, POST');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });
});

describe('answers of a CORS path', () => {
  it('carry the headers for an allowed origin', async () => {
    const { headers } = await gateway().call('/strict', { headers: { origin: ORIGIN } });
    expect(headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'X-B',
      vary: 'Origin',
    });
  });

  it('carry none for another origin or without one, but Vary', async () => {
    const { headers } = await gateway().call('/strict', { headers: { origin: 'https://evil.example' } });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    expect(headers.vary).toBe('Origin');
    expect((await gateway().call('/strict')).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('carry * for any origin without credentials, in place of what the backend says', async () => {
    const { headers, text } = await gateway().call('/open', { headers: { origin: ORIGIN } });
    expect(text).toBe('from the backend');
    expect(headers['access-control-allow-origin']).toBe('*');
    expect(headers.vary).toBe('Accept, Origin');
    expect((await gateway().call('/open')).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('cannot be opened to others by a header plugin', async () => {
    const { headers } = await gateway().call('/set', { headers: { origin: 'https://evil.example' } });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('carry them on failures', async () => {
    const answer = await gateway().call('/broken', { headers: { origin: ORIGIN } });
    expect(answer.json().header.resultCode).toBe(500000002);
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
  });

  it('carry them on 404 for a method that the path does not have', async () => {
    const answer = await gateway().call('/strict', { method: 'DELETE', headers: { origin: ORIGIN } });
    expect(answer.status).toBe(404);
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
  });
});

describe('a path without CORS', () => {
  it('has no OPTIONS and keeps what the backend says', async () => {
    await gateway().deploy([pathOf('/plain', [httpRoute('GET', backend().url, '/x')])], { stageId: 'plain' }, [
      'plain.api.localhost',
    ]);
    const call = { host: 'plain.api.localhost', headers: { origin: ORIGIN } };
    expect((await gateway().call('/plain', { ...call, method: 'OPTIONS' })).status).toBe(404);
    const { headers } = await gateway().call('/plain', call);
    expect(headers['access-control-allow-origin']).toBe('https://backend.example');
    expect(headers.vary).toBe('Accept');
  });
});
