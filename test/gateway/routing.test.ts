import { beforeAll, describe, expect, it } from '@jest/globals';
import { useGateway } from './support/suite.js';
import { mockRoute, pathOf } from './support/snapshots.js';

const gateway = useGateway();
const NOT_FOUND = { header: { isSuccessful: false, resultCode: 4041007, resultMessage: 'URL Not Found' } };
const INVALID_URI = { header: { isSuccessful: false, resultCode: 4000003, resultMessage: 'Invalid URI.' } };

beforeAll(async () => {
  await gateway().deploy([
    pathOf('/', [mockRoute('GET', 'root')]),
    pathOf('/users', [mockRoute('GET', 'list'), mockRoute('POST', 'create')]),
    pathOf('/users/me', [mockRoute('GET', 'me')]),
    pathOf('/users/{id}', [mockRoute('GET', 'one'), mockRoute('DELETE', 'delete')]),
    pathOf('/files/{path+}', [mockRoute('GET', 'file')]),
  ]);
});

describe('stage by host', () => {
  it.each([
    'stage1.api.localhost',
    'STAGE1.api.LocalHost',
    'stage1.api.localhost:8080',
    'stage1.api.localhost.',
    'stage1.api.localhost.:80',
  ])('finds the stage under the host %s', async (host) => {
    expect((await gateway().call('/', { host })).text).toBe('root');
  });

  it.each(['other.api.localhost', 'api.localhost', 'xstage1.api.localhost', ''])(
    'answers 4041007 for the host "%s"',
    async (host) => {
      const answer = await gateway().call('/', { host });
      expect(answer.status).toBe(404);
      expect(answer.json()).toEqual(NOT_FOUND);
    },
  );

  it('takes the host of an absolute request target before the Host header', async () => {
    expect((await gateway().call('http://stage1.api.localhost/users', { host: 'other' })).text).toBe('list');
    expect((await gateway().call('http://other/users')).status).toBe(404);
    expect((await gateway().call('http://stage1.api.localhost')).text).toBe('root');
  });
});

describe('route by path and method', () => {
  it.each([
    ['GET', '/users', 'list'],
    ['POST', '/users', 'create'],
    ['GET', '/users/me', 'me'],
    ['GET', '/users/7', 'one'],
    ['DELETE', '/users/me', 'delete'],
    ['GET', '/files/a/b/', 'file'],
    ['GET', '/users?x=/files', 'list'],
  ])('routes %s %s to %s', async (method, path, body) => {
    expect((await gateway().call(path, { method })).text).toBe(body);
  });

  it.each([
    ['GET', '/nothing'],
    ['GET', '/users/'],
    ['GET', '/users/7/x'],
    ['PUT', '/users'],
    ['TRACE', '/users'],
    ['GET', '/Users'],
    ['GET', '/files/%2e%2e/users'],
    ['GET', '/files/../users'],
    ['GET', '/users%2Fme/x'],
  ])('answers 4041007 for %s %s', async (method, path) => {
    const answer = await gateway().call(path, { method });
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual(NOT_FOUND);
  });

  it('does not serve HEAD where only GET is registered', async () => {
    expect((await gateway().call('/users', { method: 'HEAD' })).status).toBe(404);
  });

  it.each(['/users/%zz', '/users/%', '/users/%C3%28', '/%ff', '/users/7#x'])(
    'answers 4000003 for the path %s',
    async (path) => {
      const answer = await gateway().call(path);
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual(INVALID_URI);
    },
  );
});

describe('health', () => {
  it('is answered where the host is no stage', async () => {
    for (const host of ['127.0.0.1', 'localhost:8080']) {
      expect((await gateway().call('/health/live', { host })).status).toBe(200);
      expect((await gateway().call('/health/ready', { host })).status).toBe(200);
    }
  });

  it('leaves the paths of a stage to the stage', async () => {
    expect((await gateway().call('/health/live')).json()).toEqual(NOT_FOUND);
  });
});
