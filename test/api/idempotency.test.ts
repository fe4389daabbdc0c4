import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import type { Api, HeadedAnswer } from '../harness/api.js';
import { EveryWrite } from '../harness/every-write.js';
import { administratorKey } from '../harness/administrator-key.js';
import { httpDocument } from '../harness/documents.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { listOperations } from '../harness/operations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { clientOf } from '../harness/two-control-planes.js';
import { joinProject, newUser, projectIdOf } from '../harness/users.js';
import { mockMethod } from '../resources/trees.js';

const { code: DUPLICATE } = errorCatalog.DUPLICATE_REQUEST;

let stack: PrivateStack;
let api: Api;

beforeAll(async () => {
  stack = await startPrivateStack({ controlPlanes: 2, variables: { MAX_SERVICES: '1000' } });
  api = await stack.newProject();
});

afterAll(() => stack.stop());

function create(client: Api, key: string, name = 'x'): Promise<HeadedAnswer> {
  const body = { regionCode: 'KR1', apigwServiceName: name };
  return client.call('POST', '/services', body, { 'idempotency-key': key });
}

const countServices = async (name: string): Promise<number> => {
  const { apigwServiceList } = await api.ok('GET', '/services?limit=1000');
  return apigwServiceList.filter((one: { apigwServiceName: string }) => one.apigwServiceName === name).length;
};

describe('a call that is repeated with its Idempotency-Key', () => {
  it('is answered as the first time, and changes nothing', async () => {
    const first = await create(api, '"a-1"', 'once');
    const again = await create(api, 'a-1', 'once');
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect([first, again].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await countServices('once')).toBe(1);
  });

  it('may be one that would be refused by now', async () => {
    const path = `/services/${await api.createService()}`;
    const remove = () => api.call('DELETE', path, undefined, { 'idempotency-key': `"remove ${path}"` });
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 200]);
    expectError(await api.call('DELETE', path), 'SERVICE_NOT_FOUND');
  });

  it('gives secrets again that were shown once, and they lie sealed until then', async () => {
    const body = { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' };
    const make = () => api.call('POST', '/apikeys', body, { 'idempotency-key': 'key-1' });
    const { apiKey } = (await make()).body;
    expect((await make()).body.apiKey.primaryApiKey).toBe(apiKey.primaryApiKey);
    const rows = await stack.query<{ sealed: string }>("SELECT sealed FROM idempotent_answer WHERE key = 'key-1'");
    expect(rows).toHaveLength(1);
    expect(Buffer.from(rows[0]?.sealed ?? '', 'base64').toString('latin1')).not.toContain(apiKey.primaryApiKey);
    expect(rows[0]?.sealed).toMatch(/^sealed:/);
  });

  it('is answered whole, be the answer short or long, in letters of one byte or of three', async () => {
    const path = `/services/${await api.createService()}/resources`;
    const answerBytes: number[] = [];
    for (const count of [0, 1, 2, 3, 5, 30]) {
      for (const letter of ['a', '가']) {
        const method = { ...mockMethod('GET'), methodDescription: letter.repeat(20) };
        const above = `/${letter === 'a' ? 'one' : 'three'}-${count}`;
        const methods = Array.from({ length: count }, (_unused, at) => ({
          path: `${above}/${at}`,
          methodList: [method],
        }));
        const body = { resourcePathList: [{ path: above }, ...methods] };
        const send = () => api.call('POST', path, body, { 'idempotency-key': above.slice(1) });
        const [first, again] = [await send(), await send()];
        expect([first.status, again.status]).toEqual([200, 200]);
        expect(again.body).toEqual(first.body);
        expect(again.headers.get('idempotency-replayed')).toBe('true');
        answerBytes.push(Buffer.byteLength(JSON.stringify(first.body)));
      }
    }
    expect(Math.min(...answerBytes)).toBeLessThan(1_000);
    expect(Math.max(...answerBytes)).toBeGreaterThan(10_000);
  });

  it('may be an import', async () => {
    const serviceId = await api.createService();
    const path = `/services/${serviceId}/resources/import`;
    const body = { swaggerData: httpDocument() };
    const send = () => api.call('POST', path, body, { 'idempotency-key': 'import' });
    const [first, again] = [await send(), await send()];
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('has one effect when fifty clients of two control planes make it at once', async () => {
    const ids = new Set<string>();
    const counts = await fiftyAtOnce(async (at) => {
      const answer = await create(clientOf(stack, api, at), 'fifty', 'fifty');
      if (answer.status === 200) ids.add(answer.body.apigwService.apigwServiceId);
      return answer;
    });
    expect(Object.keys(counts).every((code) => [0, DUPLICATE].includes(Number(code)))).toBe(true);
    expect([ids.size, await countServices('fifty')]).toEqual([1, 1]);
  });

  it('is refused while the first is on its way', async () => {
    const serviceId = await api.createService();
    const holder = await stack.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM service WHERE id = $1 FOR UPDATE', [serviceId]);
      const rename = (client: Api) =>
        client.call('PUT', `/services/${serviceId}`, { apigwServiceName: 'y' }, { 'idempotency-key': 'slow' });
      const first = rename(api);
      await stack.waitForLockWaiter(holder);
      for (const at of [0, 2])
        expectError(await rename(clientOf(stack, api, at)), 'DUPLICATE_REQUEST', ['Idempotency-Key']);
      await holder.query('COMMIT');
      expect((await first).status).toBe(200);
      expect((await rename(api)).headers.get('idempotency-replayed')).toBe('true');
    } finally {
      await holder.end();
    }
  });

  it.each([
    ['ends', 'PUT', '', { apigwServiceName: 'y' }],
    ['is refused for what that one has made', 'POST', '/resources', { resourcePathList: [{ path: '/made' }] }],
  ] as const)('has the effect of one that ended elsewhere before this one %s', async (_how, method, path, body) => {
    const serviceId = await api.createService();
    const key = `elsewhere ${method}`;
    const make = () => api.call(method, `/services/${serviceId}${path}`, body, { 'idempotency-key': `"${key}"` });
    const first = await make();
    expect(first.status).toBe(200);
    const rename = 'UPDATE idempotent_answer SET key = $2 WHERE key = $1 RETURNING key';
    expect(await stack.query(rename, [key, `hidden ${key}`])).toHaveLength(1);
    const holder = await stack.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM service WHERE id = $1 FOR UPDATE', [serviceId]);
      const second = make();
      // It has found no answer, and has claimed the key.
      await stack.waitForLockWaiter(holder);
      await stack.query(rename, [`hidden ${key}`, key]);
      await holder.query('COMMIT');
      expect((await second).body).toEqual(first.body);
      expect((await second).headers.get('idempotency-replayed')).toBe('true');
    } finally {
      await holder.end();
    }
  });

  it('is made anew when the first was refused', async () => {
    const path = `/services/${await api.createService()}`;
    await api.ok('POST', `${path}/resources/import`, { swaggerData: httpDocument() });
    const make = () =>
      api.call(
        'POST',
        `${path}/stages`,
        { stageName: 's', backendEndpointUrl: 'http://127.0.0.1' },
        { 'idempotency-key': 'stage' },
      );
    await api.ok('POST', `${path}/stages`, { stageName: 's', backendEndpointUrl: 'http://127.0.0.1' });
    expect((await make()).status).not.toBe(200);
    const { stageList } = await api.ok('GET', `${path}/stages`);
    await api.ok('DELETE', `${path}/stages/${stageList[0].stageId}`);
    expect((await make()).status).toBe(200);
  });

  it('is new after 24 hours', async () => {
    await create(api, 'old', 'old');
    await stack.query("UPDATE idempotent_answer SET created_at = now() - interval '25 hours' WHERE key = 'old'");
    const again = await create(api, 'old', 'old');
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect(await countServices('old')).toBe(2);
    expect((await create(api, 'old', 'old')).body).toEqual(again.body);
  });
});

describe('an answer that is kept', () => {
  it('is removed when it is too old to be given again', async () => {
    await create(api, 'fresh', 'fresh');
    await stack.query(
      "INSERT INTO idempotent_answer (scope, key, fingerprint, sealed, created_at) VALUES ('x', 'stale', '', '', now() - interval '25 hours')",
    );
    const sweeping = await stack.startControlPlane();
    const isThere = async (key: string) =>
      (await stack.query('SELECT 1 FROM idempotent_answer WHERE key = $1', [key])).length > 0;
    while (await isThere('stale'));
    expect(await isThere('fresh')).toBe(true);
    await sweeping.stop();
  });
});

describe('an Idempotency-Key', () => {
  it('belongs to one call: another body, path or caller with it is refused', async () => {
    await create(api, 'mine', 'a');
    expectError(await create(api, 'mine', 'b'), 'DUPLICATE_REQUEST', ['Idempotency-Key']);
    const plan = await api.call('POST', '/usage-plans', { usagePlanName: 'x' }, { 'idempotency-key': 'mine' });
    expectError(plan, 'DUPLICATE_REQUEST', ['Idempotency-Key']);
    const [one, other] = [await newUser(stack), await newUser(stack)];
    for (const user of [one, other]) await joinProject(stack, api, user, 'MEMBER');
    expect((await create(api.withToken(one.token), 'ours')).status).toBe(200);
    expectError(await create(api.withToken(other.token), 'ours'), 'DUPLICATE_REQUEST', ['Idempotency-Key']);
  });

  it('of one project says nothing to another', async () => {
    const other = await stack.newProject();
    const [mine, theirs] = [await create(api, 'shared'), await create(other, 'shared')];
    expect(theirs.headers.get('idempotency-replayed')).toBeNull();
    expect(theirs.body.apigwService.apigwServiceId).not.toBe(mine.body.apigwService.apigwServiceId);
  });

  it.each(['', '""', '"open', 'two words', 'x'.repeat(256), '"\\x"'])('cannot be %j', async (key) => {
    expectError(await create(api, key), 'INVALID_PARAMETER', ['Idempotency-Key']);
  });

  it('holds on every operation that writes', async () => {
    const writes = await EveryWrite.on(stack);
    const projectId = await projectIdOf(stack, writes.api);
    const users = await stack.query<{ id: string }>('SELECT user_id AS id FROM user_access_key WHERE id = $1', [
      administratorKey.id,
    ]);
    for (const scope of [`project ${projectId}`, `user ${users[0]?.id}`]) {
      await stack.query("INSERT INTO idempotent_answer VALUES ($1, 'taken', 'of another call', '')", [scope]);
    }
    const all = await listOperations(stack.address.controlUrl);
    const writing = all.filter(({ isWrite, access }) => isWrite && access !== 'appKey and token');
    const answers: [string, number][] = [];
    for (const operation of writing) {
      const { body } = await writes.call(operation, { 'idempotency-key': 'taken' });
      answers.push([operation.id, body.header?.resultCode ?? 0]);
    }
    expect(answers).toEqual(writing.map(({ id }) => [id, DUPLICATE]));
  });
});
