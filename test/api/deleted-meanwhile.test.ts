import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ErrorKey } from '../../src/errors/index.js';
import { newId } from '../../src/kernel/ids.js';
import type { Api, Json } from '../harness/api.js';
import { answerAfter, deleteRow, expectRefusal, holdRow, type Sql } from '../harness/encounters.js';
import { expectError } from '../harness/expectations.js';
import { countOf, daysAgo, iso } from '../harness/metrics.js';
import { newPlanWorld } from '../harness/plans.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, callToken, newUser, projectIdOf, type TestUser } from '../harness/users.js';

const GRANT = { grant_type: 'client_credentials' };

let stack: PrivateStack;
let admin: Api;
let api: Api;
let projectId: string;
let appKeyId: string;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0 });
  admin = await asAdministrator(stack);
});

afterAll(() => stack.stop());

beforeEach(async () => useProjectOf(await stack.newProject(0)));

async function useProjectOf(client: Api): Promise<void> {
  api = client;
  projectId = await projectIdOf(stack, api);
  const { appKeyList } = await admin.okPath('GET', `/v2.0/projects/${projectId}/appkeys`);
  appKeyId = appKeyList[0].appKeyId;
}
const projectPath = () => `/v2.0/projects/${projectId}`;

describe('a call whose owner is being deleted', () => {
  const calls: [string, object][] = [
    ['/services', { regionCode: 'KR1', apigwServiceName: 'x' }],
    ['/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' }],
    ['/usage-plans', { usagePlanName: 'x' }],
    ['/custom-domains', { customDomain: 'nobodys.example.com' }],
  ];

  it.each(calls)('makes nothing with POST %s under the appKey', async (path, body) => {
    const before = deleteRow('app_key', appKeyId);
    await expectRefusal(stack, { before, call: () => api.call('POST', path, body), key: 'INVALID_APP_KEY' });
  });

  it.each(calls)('makes nothing with POST %s in the project', async (path, body) => {
    const before = deleteRow('project', projectId);
    await expectRefusal(stack, { before, call: () => api.call('POST', path, body), key: 'INVALID_APP_KEY' });
  });

  it('leaves no file of API keys behind either', async () => {
    const call = () =>
      api.callPath(
        'POST',
        `/v1.0/appkeys/${api.appKey}/apikeys/import`,
        'apiKeyName,apiKeyStatus\nx,ACTIVE',
        'text/csv',
      );
    await expectRefusal(stack, { before: deleteRow('app_key', appKeyId), call, key: 'INVALID_APP_KEY' });
  });

  it('names the project or the user that is gone when it sets or takes out a member', async () => {
    const gone = await newUser(stack);
    const user = await newUser(stack);
    const member = ({ userId }: TestUser) => `${projectPath()}/members/${userId}`;
    const set = (who: TestUser) => () => admin.callPath('PUT', member(who), { role: 'VIEWER' });
    const key = 'INVALID_PARAMETER';
    await expectRefusal(stack, {
      before: deleteRow('user_account', gone.userId),
      call: set(gone),
      key,
      fields: ['userId'],
    });
    const before = deleteRow('project', projectId);
    await expectRefusal(stack, { before, call: set(user), key, fields: ['projectId'] });
    await useProjectOf(await stack.newProject(0));
    await set(user)();
    const takeOut = () => admin.callPath('DELETE', member(user));
    await expectRefusal(stack, { before: deleteRow('project', projectId), call: takeOut, key, fields: ['projectId'] });
  });

  it('names the project or the appKey that is gone when it changes them', async () => {
    const key = 'INVALID_PARAMETER';
    const modify = () => admin.callPath('PUT', `${projectPath()}/appkeys/${appKeyId}`, { appKeyName: 'x' });
    await expectRefusal(stack, { before: deleteRow('app_key', appKeyId), call: modify, key, fields: ['appKeyId'] });
    const rename = () => admin.callPath('PUT', projectPath(), { projectName: 'x' });
    await expectRefusal(stack, { before: deleteRow('project', projectId), call: rename, key, fields: ['projectId'] });
  });
});

describe('a token', () => {
  const create =
    (user: TestUser, more: object = {}) =>
    (): Promise<Json> =>
      callToken(stack, 'create', user.accessKey, { ...GRANT, ...more });

  it.each([
    ['its user', (user: TestUser) => deleteRow('user_account', user.userId)],
    ['its access key', (user: TestUser) => deleteRow('user_access_key', user.accessKey.id)],
  ])('is not made when %s goes meanwhile', async (_name, before) => {
    const user = await newUser(stack);
    expect(await answerAfter(stack, { before: before(user), call: create(user) })).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    });
  });

  it('is one of a thousand of its access key, the newest, while others are made', async () => {
    const user = await newUser(stack);
    const { status } = await answerAfter(stack, {
      before: holdRow('user_access_key', user.accessKey.id),
      call: create(user),
      meanwhile: [
        `INSERT INTO access_token (hash, user_id, access_key_id, expires_at)
         SELECT $1::text || n, $2, $1, now() + interval '1 hour' FROM generate_series(1, 1000) n`,
        user.accessKey.id,
        user.userId,
      ],
    });
    const [row] = await stack.query('SELECT count(*)::int AS count FROM access_token WHERE access_key_id = $1', [
      user.accessKey.id,
    ]);
    expect([status, row]).toEqual([200, { count: 1000 }]);
  });

  it('is not made for a project that goes meanwhile', async () => {
    const user = await newUser(stack, { isAdministrator: true });
    const call = create(user, { project_id: projectId });
    const project = await projectIdOf(stack, await stack.newProject(0));
    const answer = await answerAfter(stack, {
      before: deleteRow('project', project),
      call: create(user, { project_id: project }),
    });
    expect([answer.status, (await call()).status]).toEqual([400, 200]);
  });
});

describe('what a gateway tells of a stage that is deleted meanwhile', () => {
  const gateway = () => new SpokenGateway(newId(), stack);
  const statusOf = (path: string, body: object) => async (): Promise<Json> => {
    const one = gateway();
    await one.manifest();
    return (await one.call('POST', `/gateways/${one.id}${path}`, body)).status;
  };

  it('is taken: counts, of which none are kept', async () => {
    const { stageId } = (await newPlanWorld(stack, 0)).stage;
    const call = statusOf('/metrics', { batchId: newId(), counts: [countOf(stageId, Date.now())], apiKeyCounts: [] });
    expect(await answerAfter(stack, { before: deleteRow('stage', stageId), call })).toBe(204);
    expect(await stack.query('SELECT 1 FROM stage_metric WHERE stage_id = $1', [stageId])).toEqual([]);
  });

  it('is taken: counts of an API key that is deleted meanwhile', async () => {
    const world = await newPlanWorld(stack, 0);
    const { apiKeyId } = await world.createKey();
    const { stageId } = world.stage;
    const day = iso(daysAgo(0)).slice(0, 10);
    const counts = { counts: [], apiKeyCounts: [{ apiKeyId, stageId, day, callCount: 1 }] };
    const call = statusOf('/metrics', { batchId: newId(), ...counts });
    expect(await answerAfter(stack, { before: deleteRow('api_key', apiKeyId), call })).toBe(204);
    expect(await stack.query('SELECT 1 FROM api_key_metric WHERE api_key_id = $1', [apiKeyId])).toEqual([]);
  });

  it('is taken: what has become of its deployment', async () => {
    const { api: owner, stage } = await newPlanWorld(stack, 0);
    const deploymentId = newId();
    const snapshotHash = 'a'.repeat(64);
    await stack.query(
      `INSERT INTO deployment
         (id, project_id, stage_id, status, description, hash, snapshot, settings, settings_hash, deadline_at)
       VALUES ($1, $2, $3, 'COMPLETE', '', $4, '{}', '{}', '', now())`,
      [deploymentId, await projectIdOf(stack, owner), stage.stageId, snapshotHash],
    );
    const call = statusOf('/receipts', { receipts: [{ deploymentId, snapshotHash, refusal: null }] });
    expect(await answerAfter(stack, { before: deleteRow('stage', stage.stageId), call })).toBe(204);
    expect(await stack.query('SELECT 1 FROM deployment_receipt WHERE deployment_id = $1', [deploymentId])).toEqual([]);
  });
});

describe('the last administrator but one', () => {
  /** Of {@link lockAdministrators}. */
  const before: Sql = ['SELECT pg_advisory_xact_lock(7226553003)'];
  /** The administrators of before come back after each test. */
  let others: string[];
  let last: TestUser;

  beforeEach(async () => {
    last = await newUser(stack, { isAdministrator: true });
    const rows = await stack.query<{ id: string }>('SELECT id FROM user_account WHERE is_administrator AND id <> $1', [
      last.userId,
    ]);
    others = rows.map(({ id }) => id);
  });

  afterEach(async () => {
    await stack.query('UPDATE user_account SET is_administrator = true WHERE id = ANY($1)', [others]);
  });

  it.each<[string, (path: string, key: string) => [string, string, object | undefined], ErrorKey, string]>([
    ['disabled', (path) => ['PUT', path, { userName: 'x', disabled: true }], 'INVALID_INPUT', 'disabled'],
    ['deleted', (path) => ['DELETE', path, undefined], 'INVALID_PARAMETER', 'userId'],
    [
      'left with a disabled access key',
      (_path, key) => ['PUT', key, { accessKeyName: 'x', disabled: true }],
      'INVALID_INPUT',
      'disabled',
    ],
    ['left without an access key', (_path, key) => ['DELETE', key, undefined], 'INVALID_PARAMETER', 'accessKeyId'],
  ])('is not %s while the last one is demoted', async (_name, callOf, key, field) => {
    const path = `/v2.0/users/${last.userId}`;
    const call = () => api.withToken(last.token).callPath(...callOf(path, `${path}/access-keys/${last.accessKey.id}`));
    const meanwhile: Sql = ['UPDATE user_account SET is_administrator = false WHERE id = ANY($1)', others];
    await expectRefusal(stack, { before, call, meanwhile, key, fields: [field] });
  });
});

describe('the user who calls', () => {
  it('is an invalid one when it is deleted between its token and the answer', async () => {
    const user = await newUser(stack);
    const [first, second] = [await stack.connect(), await stack.connect()];
    try {
      // Who waits for a table gets it in turn: the check of the token, then the deletion, then the reading of the user.
      for (const one of [first, second]) await one.query('BEGIN');
      await first.query('LOCK TABLE user_account IN ACCESS EXCLUSIVE MODE');
      const answering = api.withToken(user.token).callPath('GET', '/v2.0/users/me');
      await stack.waitForLockWaiter(first);
      const locking = second.query('LOCK TABLE user_account IN ACCESS EXCLUSIVE MODE');
      await waitForWaiters(2);
      await first.query('ROLLBACK');
      await locking;
      await second.query('DELETE FROM user_account WHERE id = $1', [user.userId]);
      await second.query('COMMIT');
      expectError(await answering, 'INVALID_USER');
    } finally {
      for (const one of [first, second]) await one.end();
    }
  });

  async function waitForWaiters(count: number): Promise<void> {
    const waiting = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    const deadline = Date.now() + 10_000;
    while ((await stack.query(waiting)).length < count) {
      if (Date.now() > deadline) throw new Error('They do not wait');
    }
  }
});
