import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
});

const create = (name: unknown, more: object = {}) =>
  api.call('POST', '/services', { regionCode: 'KR1', apigwServiceName: name, ...more });

describe('a service', () => {
  it('is created with the fields of the contract, and starts with the root path', async () => {
    const { status, body } = await create('pets', { apigwServiceDescription: 'all of them' });
    expect(status).toBe(200);
    expect(body.header).toEqual({ isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' });
    const id: string = body.apigwService.apigwServiceId;
    expect(body.apigwService).toEqual({
      apigwServiceId: id,
      apigwServiceAlias: id,
      apigwServiceName: 'pets',
      apigwServiceDescription: 'all of them',
      apigwDomain: 'api.localhost',
      appKey: api.appKey,
      regionCode: 'KR1',
      serverGroupId: expect.any(String),
      dedicatedId: null,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      apigwServiceTypeCode: 'SHARED',
    });
    const { resourceList } = await api.ok('GET', `/services/${id}/resources`);
    expect(resourceList).toMatchObject([{ path: '/', parentPath: null, methodType: null }]);
  });

  it('can be read, modified and deleted', async () => {
    const id = await api.createService('before');
    const change = { apigwServiceName: 'after', apigwServiceDescription: null };
    const { apigwService } = await api.ok('PUT', `/services/${id}`, change);
    expect(apigwService).toMatchObject({ apigwServiceName: 'after', apigwServiceDescription: '' });
    expect((await api.ok('GET', `/services/${id}`)).apigwService).toEqual(apigwService);
    expect((await api.ok('DELETE', `/services/${id}`)).header.resultCode).toBe(0);
    expectError(await api.call('GET', `/services/${id}`), 'SERVICE_NOT_FOUND');
  });

  it('of another project does not exist', async () => {
    const id = await api.createService();
    const other = await stack.newProject();
    for (const [method, path] of [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['GET', '/resources'],
      ['GET', '/stages'],
    ]) {
      const body = method === 'PUT' ? { apigwServiceName: 'x' } : undefined;
      expectError(await other.call(method ?? '', `/services/${id}${path ?? ''}`, body), 'SERVICE_NOT_FOUND');
    }
    expect((await api.ok('GET', `/services/${id}`)).apigwService.apigwServiceName).toBe('service');
  });
});

describe('the list of services', () => {
  it('pages in a stable order, and is empty past the end', async () => {
    const ids = [await api.createService('a'), await api.createService('b'), await api.createService('c')];
    const page = async (query: string) => {
      const { apigwServiceList, paging } = await api.ok('GET', `/services?${query}`);
      return [apigwServiceList.map((one: { apigwServiceId: string }) => one.apigwServiceId), paging];
    };
    expect(await page('limit=2')).toEqual([ids.slice(0, 2), { limit: 2, page: 1, totalCount: 3 }]);
    expect(await page('limit=2&page=2&regionCode=KR1')).toEqual([ids.slice(2), { limit: 2, page: 2, totalCount: 3 }]);
    expect(await page('page=9')).toEqual([[], { limit: 10, page: 9, totalCount: 3 }]);
  });

  it.each([
    ['page=0', 'page'],
    ['limit=1001', 'limit'],
    ['limit=ten', 'limit'],
    ['page=1e2', 'page'],
    ['limit=0x10', 'limit'],
    ['page=1&page=2', 'page'],
    ['regionCode=MARS', 'regionCode'],
    ['color=red', 'color'],
  ])('refuses ?%s', async (query, field) => {
    expectError(await api.call('GET', `/services?${query}`), 'INVALID_PARAMETER', [field]);
  });
});

describe('creating a service', () => {
  it.each([
    [{ regionCode: 'KR1' }, 'apigwServiceName'],
    [{ regionCode: 'KR1', apigwServiceName: 'a'.repeat(51) }, 'apigwServiceName'],
    [{ regionCode: 'KR1', apigwServiceName: 7 }, 'apigwServiceName'],
    [{ regionCode: 'KR1', apigwServiceName: 'a', apigwServiceDescription: 'a'.repeat(201) }, 'apigwServiceDescription'],
    [{ regionCode: 'MARS', apigwServiceName: 'a' }, 'regionCode'],
    [{ regionCode: 'KR1', apigwServiceName: 'a', colour: 'red' }, 'colour'],
  ])('refuses %j and creates nothing', async (body, field) => {
    expectError(await api.call('POST', '/services', body), 'INVALID_INPUT', [field]);
    expect((await api.ok('GET', '/services')).paging.totalCount).toBe(0);
  });

  it.each(['{"a":', '[]', '"text"', '{"__proto__":{}}', `${'['.repeat(100)}${']'.repeat(100)}`])(
    'refuses the body %s',
    async (body) => {
      expectError(await api.call('POST', '/services', body), 'INVALID_PARAMETER');
    },
  );

  it('stops at the limit when fifty clients create at once', async () => {
    const counts = await fiftyAtOnce((index) => create(`service ${index}`));
    expect(counts).toEqual({ 0: 10, 400101000: 40 });
    expect((await api.ok('GET', '/services')).paging.totalCount).toBe(10);
    expectError(await create('one more'), 'SERVICE_LIMIT_EXCEEDED');
  });

  it('needs a server group in the region', async () => {
    await stack.query(`UPDATE server_group SET region_code = 'GONE' WHERE region_code = 'KR1'`);
    const answer = await create('a');
    await stack.query(`UPDATE server_group SET region_code = 'KR1' WHERE region_code = 'GONE'`);
    expectError(answer, 'SERVER_GROUP_NOT_FOUND');
  });
});

describe('the management API', () => {
  it('knows no unknown appKey, and refuses disabled and expired ones', async () => {
    const call = () => api.call('GET', '/services');
    await stack.query('UPDATE app_key SET disabled = true WHERE value = $1', [api.appKey]);
    expectError(await call(), 'APP_KEY_NOT_ACCEPTED');
    await stack.query('UPDATE app_key SET disabled = false, expires_at = now() WHERE value = $1', [api.appKey]);
    expectError(await call(), 'APP_KEY_NOT_ACCEPTED');
    await stack.query('DELETE FROM app_key WHERE value = $1', [api.appKey]);
    expectError(await call(), 'INVALID_APP_KEY');
  });

  it.each([
    ['GET', '/v1.0/nothing'],
    ['PATCH', '/v1.0/appkeys/x/services'],
    ['GET', '/'],
  ])('answers %s %s with URL Not Found', async (method, path) => {
    const answer = await fetch(api.controlUrl + path, { method });
    expectError({ status: answer.status, body: await answer.json() }, 'URL_NOT_FOUND');
  });

  it('does not take HEAD for GET', async () => {
    const path = `${api.controlUrl}/v1.0/appkeys/${api.appKey}/services`;
    expect((await fetch(path, { method: 'HEAD' })).status).toBe(404);
  });

  it('answers a URL that cannot be decoded in the same envelope', async () => {
    const answer = await fetch(`${api.controlUrl}/v1.0/%zz`);
    expectError({ status: answer.status, body: await answer.json() }, 'INVALID_PARAMETER');
  });

  it('refuses a body that is too large, and names why', async () => {
    const answer = await api.call('POST', '/services', { regionCode: 'KR1', apigwServiceName: 'a'.repeat(2_000_000) });
    expectError(answer, 'INVALID_PARAMETER', ['body']);
  });

  it('gives every answer a request id', async () => {
    const answer = await fetch(`${api.controlUrl}/v1.0/appkeys/${api.appKey}/services`);
    expect(answer.headers.get('x-request-id')).toMatch(/^[a-z0-9]{20}$/);
  });
});
