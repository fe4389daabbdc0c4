import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { EveryWrite } from '../harness/every-write.js';
import { httpDocument, mockDocument } from '../harness/documents.js';
import { expectError } from '../harness/expectations.js';
import { listOperations } from '../harness/operations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, joinProject, newUser, projectIdOf } from '../harness/users.js';

let stack: PrivateStack;
let api: Api;

beforeAll(async () => {
  stack = await startPrivateStack();
  api = await stack.newProject();
});

afterAll(() => stack.stop());

async function records(client: Api, query = ''): Promise<Json[]> {
  return (await client.ok('GET', `/audit-records${query}`)).auditRecordList;
}

/** The record of the change that an answer tells of. */
async function recordOf(requestId: string | null): Promise<Json> {
  const found = await records(api, `?requestId=${requestId}`);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('a change', () => {
  it('is remembered with who made it, of what, and what it was before and after', async () => {
    const serviceId = await api.createService('before');
    const path = `/services/${serviceId}`;
    const answer = await api.call('PUT', path, { apigwServiceName: 'after' });
    const record = await recordOf(answer.headers.get('x-request-id'));
    expect(record).toMatchObject({
      projectId: await projectIdOf(stack, api),
      actor: { userId: null, accessKeyId: null, tokenId: null, address: '127.0.0.1' },
      operation: 'modifyService',
      objectPath: `services/${serviceId}`,
      objectId: serviceId,
      apigwServiceId: serviceId,
    });
    expect(record.actor.appKeyId).not.toBe(api.appKey);
    const { apigwServiceName, updatedAt } = answer.body.apigwService;
    expect(record.after).toEqual({ apigwService: { apigwServiceName, updatedAt } });
    expect(record.before.apigwService.apigwServiceName).toBe('before');
  });

  it('is remembered whole when it makes or removes something', async () => {
    const serviceId = await api.createService('whole');
    await api.ok('DELETE', `/services/${serviceId}`);
    const [removed, made] = await records(api, `?objectId=${serviceId}`);
    expect([made.operation, removed.operation]).toEqual(['createService', 'deleteService']);
    expect([made.before, removed.after]).toEqual([null, null]);
    expect(made.after).toEqual(removed.before);
    expect(made.after.apigwService).toMatchObject({ apigwServiceId: serviceId, appKey: '(secret)' });
  });

  it('names the user and the token of v2.0, without giving the token away', async () => {
    const user = await newUser(stack);
    await joinProject(stack, api, user, 'MEMBER');
    await api.withToken(user.token).createService('by a user');
    const [record] = await records(api, `?userId=${user.userId}`);
    expect(record.actor).toMatchObject({ userId: user.userId, accessKeyId: user.accessKey.id });
    expect(record.actor.tokenId).toMatch(/^[0-9a-f]{12}$/);
  });

  it('that fails leaves no record', async () => {
    const before = await records(api, '?limit=1000');
    expectError(await api.call('PUT', '/services/none', { apigwServiceName: 'x' }), 'SERVICE_NOT_FOUND');
    expectError(await api.call('POST', '/services', {}), 'INVALID_INPUT');
    expect(await records(api, '?limit=1000')).toEqual(before);
  });

  it('cannot be made without its record', async () => {
    const serviceId = await api.createService('stays');
    await stack.query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'a fault made by a test'; END $$`);
    await stack.query('CREATE TRIGGER refuse BEFORE INSERT ON audit_record EXECUTE FUNCTION refuse()');
    try {
      expectError(await api.call('PUT', `/services/${serviceId}`, { apigwServiceName: 'x' }), 'DATABASE_FAILED');
    } finally {
      await stack.query('DROP FUNCTION refuse CASCADE');
    }
    expect((await api.ok('GET', `/services/${serviceId}`)).apigwService.apigwServiceName).toBe('stays');
  });

  it('of many things at once is remembered by what differs', async () => {
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, mockDocument());
    await api.importSwagger(serviceId, mockDocument('changed'));
    const [second] = await records(api, `?apigwServiceId=${serviceId}&operation=importResources`);
    const text = JSON.stringify(second.after);
    expect(text).toContain('changed');
    expect(text.length).toBeLessThan(JSON.stringify(await api.ok('GET', `/services/${serviceId}/resources`)).length);
    expect(JSON.stringify(second.before)).not.toContain('changed');
  });

  it('that is an import is remembered by a hundred resources that it replaced, a hundred new ones and how many more', async () => {
    const serviceId = await api.createService();
    const resources = `/services/${serviceId}/resources`;
    const lists: Json[][] = [];
    for (const count of [20, 70]) {
      const paths = Object.fromEntries(Array.from({ length: count }, (_unused, at) => [`/p${at}`, { get: {} }]));
      await api.importSwagger(serviceId, { swagger: '2.0', info: { title: 't', version: '1' }, paths });
      lists.push((await api.ok('GET', resources)).resourceList);
    }
    const [small, large] = lists as [Json[], Json[]];
    const [second, first] = await records(api, `?apigwServiceId=${serviceId}&operation=importResources`);
    expect(first).toMatchObject({ before: { resourceList: [{ path: '/' }] }, after: { resourceList: small } });
    expect(second.before).toEqual({ resourceList: small });
    expect(second.after.resourceList).toHaveLength(101);
    expect(large).toEqual(expect.arrayContaining(second.after.resourceList.slice(0, 100)));
    expect(second.after.resourceList.at(-1)).toEqual({ omittedCount: large.length - 100 });
  });

  it('that is a dry run of an import is remembered as one that has changed nothing', async () => {
    const serviceId = await api.createService();
    const { body } = await api.call('POST', `/services/${serviceId}/resources/import?dryRun=true`, {
      swaggerData: mockDocument(),
    });
    expect(body.difference.added).not.toEqual([]);
    const [record] = await records(api, `?apigwServiceId=${serviceId}&operation=importResources`);
    expect(record).toMatchObject({ before: {}, after: {} });
  });
});

describe('what is remembered', () => {
  it('holds no secret: no API key, no access key, no token, no secret of HMAC, JWT or a backend', async () => {
    const secrets: string[] = [];
    const body = { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' };
    const { apiKey } = await api.ok('POST', '/apikeys', body);
    secrets.push(apiKey.primaryApiKey, apiKey.secondaryApiKey, api.appKey);
    const change = { apiKeyType: 'PRIMARY' };
    const regenerated = await api.ok('POST', `/apikeys/${apiKey.apiKeyId}/regenerate`, change);
    secrets.push(regenerated.apiKey.primaryApiKey);
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, httpDocument());
    const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1:10080');
    const stage = `/services/${serviceId}/stages/${stageId}/resources`;
    const [root] = (await api.ok('GET', stage)).stageResourceList;
    for (const secretKey of ['first-hmac-secret-value-0001', 'second-hmac-secret-value-002']) {
      secrets.push(secretKey);
      const pluginConfigJson = { secretKey, clockSkewSeconds: 0 };
      await api.ok('PUT', `${stage}/${root.stageResourceId}`, {
        stageResourcePluginList: [{ pluginType: 'HMAC', pluginConfigJson }],
      });
    }
    const [resource] = (await api.ok('GET', `/services/${serviceId}/resources`)).resourceList;
    secrets.push('to-the-backend');
    await api.ok('PUT', `/services/${serviceId}/resource-paths/${resource.resourceId}`, {
      pathPluginList: [
        { pluginType: 'SET_REQUEST_HEADER', pluginConfigJson: { headers: { Authorization: 'Basic to-the-backend' } } },
      ],
    });
    const admin = await asAdministrator(stack);
    const user = await newUser(stack);
    const key = await admin.okPath('POST', `/v2.0/users/${user.userId}/access-keys`, { accessKeyName: 'x' });
    secrets.push(key.accessKey.accessKeySecret);
    const rows = await stack.query<{ text: string }>('SELECT audit_record::text AS text FROM audit_record');
    const all = rows.map(({ text }) => text).join('\n');
    for (const secret of secrets) expect([secret, all.includes(secret)]).toEqual([secret, false]);
    expect(all).toContain('(secret)');
    expect(all).toContain(apiKey.apiKeyId);
  });

  it('is told to its project alone, and the whole of it to administrators', async () => {
    const other = await stack.newProject();
    const otherId = await other.createService('elsewhere');
    const [record] = await records(other, `?objectId=${otherId}`);
    expect(await records(api, `?objectId=${otherId}`)).toEqual([]);
    expectError(await api.call('GET', `/audit-records/${record.auditRecordId}`), 'AUDIT_RECORD_NOT_FOUND');
    expect((await other.ok('GET', `/audit-records/${record.auditRecordId}`)).auditRecord).toEqual(record);
    const admin = await asAdministrator(stack);
    const projectId = await projectIdOf(stack, other);
    const found = await admin.okPath('GET', `/v2.0/audit-records?projectId=${projectId}&objectId=${otherId}`);
    expect(found.auditRecordList).toEqual([record]);
    const { userId } = (await admin.okPath('POST', '/v2.0/users', { userName: 'new' })).user;
    const made = await admin.okPath('GET', `/v2.0/audit-records?objectId=${userId}`);
    expect(made.auditRecordList[0]).toMatchObject({ operation: 'createUser', projectId: null });
  });

  it('is found by time, and pages', async () => {
    await api.createService('in time');
    const [newest] = await records(api, '?limit=1');
    const at = encodeURIComponent(newest.createdAt);
    expect((await records(api, `?startTime=${at}`))[0]).toEqual(newest);
    expect((await records(api, `?endTime=${at}`))[0].auditRecordId).not.toBe(newest.auditRecordId);
    const { paging } = await api.ok('GET', '/audit-records?limit=2&page=2');
    expect(paging).toMatchObject({ limit: 2, page: 2 });
    expectError(await api.call('GET', '/audit-records?startTime=yesterday'), 'INVALID_PARAMETER', ['startTime']);
  });

  it('outlives its project', async () => {
    const gone = await stack.newProject();
    const serviceId = await gone.createService('gone');
    await gone.ok('DELETE', `/services/${serviceId}`);
    const admin = await asAdministrator(stack);
    const projectId = await projectIdOf(stack, gone);
    await admin.okPath('DELETE', `/v2.0/projects/${projectId}`);
    const { auditRecordList } = await admin.okPath('GET', `/v2.0/audit-records?projectId=${projectId}`);
    expect(auditRecordList.map(({ operation }: Json) => operation)).toEqual([
      'deleteProject',
      'deleteService',
      'createService',
    ]);
  });

  it('cannot be changed by any operation', async () => {
    const all = await listOperations(stack.address.controlUrl);
    const methods = all.filter(({ template }) => template.includes('audit-records')).map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });
});

describe('every operation that writes', () => {
  it('remembers what it has done, naming what it has made or changed', async () => {
    const writes = await EveryWrite.on(stack);
    const all = await listOperations(stack.address.controlUrl);
    const writing = all.filter(({ isWrite, access }) => isWrite && access !== 'appKey and token');
    const unremembered: string[] = [];
    for (const operation of writing.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))) {
      const answer = await writes.call(operation);
      if (answer.status !== 200) continue;
      const requestId = answer.headers.get('x-request-id');
      const rows = await stack.query<{ operation: string }>(
        'SELECT operation FROM audit_record WHERE request_id = $1',
        [requestId],
      );
      if (rows.length !== 1 || rows[0]?.operation !== operation.id) unremembered.push(operation.id);
    }
    expect(unremembered).toEqual([]);
  });
});
