import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Backend, startBackend } from './support/backend.js';
import { startTestGateway, type TestGateway } from './support/gateway.js';
import { httpRoute, mockRoute, pathOf } from './support/snapshots.js';

let backend: Backend;
let gateway: TestGateway;

beforeAll(async () => {
  backend = await startBackend();
  gateway = await startTestGateway();
});
afterAll(async () => {
  await gateway.close();
  await backend.close();
});
beforeEach(() => {
  backend.received.length = 0;
});

describe('forwarding', () => {
  it('sends method, path, query, headers and body to the backend and its answer back', async () => {
    await gateway.deploy([pathOf('/items/{id}', [httpRoute('POST', `${backend.url}/api`, '/v1/${request.path.id}')])]);
    const answer = await gateway.call('/items/7?a=1&b=', { method: 'POST', headers: { 'x-a': '1' }, body: 'hello' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('ok');
    expect(backend.received[0]).toMatchObject({ method: 'POST', url: '/api/v1/7?a=1&b=', headers: { 'x-a': '1' } });
    expect(backend.received[0]?.body.toString()).toBe('hello');
  });

  it('answers a MOCK by itself', async () => {
    await gateway.deploy([pathOf('/m', [mockRoute('GET', '{"a":1}', { statusCode: 201, headers: { 'content-type': 'application/json', 'X-Method': '${request.httpMethod}' } })])]);
    const answer = await gateway.call('/m');
    expect(answer.status).toBe(201);
    expect(answer.text).toBe('{"a":1}');
    expect(answer.headers['x-method']).toBe('GET');
  });
});
