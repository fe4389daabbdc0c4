import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import { Api, type Json } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';
import { asAdministrator, joinProject, newToken, newUser, projectIdOf, type Role } from '../harness/users.js';

const PROJECTS = '/v2.0/projects';

let stack: Stack;
let admin: Api;
/** A project with something in it, by its appKey and its id. */
let api: Api;
let one: string;

beforeAll(async () => {
  stack = await useStack();
  admin = await asAdministrator(stack);
});

beforeEach(async () => {
  api = await stack.newProject();
  one = `${PROJECTS}/${await projectIdOf(stack, api)}`;
});

const createProject = (projectName = 'shop'): Promise<Json> => admin.okPath('POST', PROJECTS, { projectName });
const totalOf = async (path: string): Promise<number> => (await admin.okPath('GET', path)).paging.totalCount;

describe('a project', () => {
  it('is created with a first appKey, which opens it on both versions', async () => {
    const { project, appKey } = await createProject();
    expect(project).toEqual({
      projectId: expect.any(String),
      projectName: 'shop',
      role: 'ADMIN',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(appKey).toEqual({
      appKeyId: expect.any(String),
      appKeyName: 'default',
      appKey: expect.stringMatching(/^[A-Za-z0-9]{20}$/),
      disabled: false,
      expiresAt: null,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const v1 = new Api(stack.address.controlUrl, appKey.appKey, 0);
    const id = await v1.createService();
    const list = await v1.withToken(admin.token ?? '').ok('GET', '/services');
    expect(list.apigwServiceList).toMatchObject([{ apigwServiceId: id }]);
  });

  it('is renamed by its ADMIN', async () => {
    const owner = (await stack.asUser(api, 'ADMIN')).api;
    const { project } = await owner.okPath('PUT', one, { projectName: 'renamed' });
    expect(project).toMatchObject({ projectName: 'renamed', role: 'ADMIN' });
    expect((await owner.okPath('GET', one)).project).toEqual(project);
  });

  it('is deleted when it is empty, with its appKeys, members and tokens', async () => {
    const user = await newUser(stack);
    await joinProject(stack, api, user, 'ADMIN');
    const token = await newToken(stack, user, { projectId: one.slice(PROJECTS.length + 1) });
    await api.withToken(token).okPath('DELETE', one);
    expectError(await api.call('GET', '/services'), 'INVALID_APP_KEY');
    expectError(await admin.withToken(token).callPath('GET', '/v2.0/users/me'), 'TOKEN_INVALID');
    expectError(await admin.callPath('DELETE', one), 'INVALID_PARAMETER', ['projectId']);
  });

  it.each([
    ['a service', () => api.createService()],
    ['an API key', () => api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })],
    ['a usage plan', () => api.ok('POST', '/usage-plans', { usagePlanName: 'x' })],
    ['a custom domain', () => insertCustomDomain()],
  ])('that has %s is not deleted', async (_name, make) => {
    await make();
    expectError(await admin.callPath('DELETE', one), 'INVALID_PARAMETER', ['projectId']);
    expect((await api.call('GET', '/services')).status).toBe(200);
  });

  it('is either kept with what is in it, or gone, when fifty clients delete it and create services at once', async () => {
    const counts = await fiftyAtOnce((index) =>
      index % 2 === 0
        ? api.call('POST', '/services', { regionCode: 'KR1', apigwServiceName: 'x' })
        : admin.callPath('DELETE', one),
    );
    // Ten services are the most.
    expect([
      { 0: 10, 400101000: 15, 400100000: 25 },
      { 0: 1, 400100000: 24, 401100000: 25 },
    ]).toContainEqual(counts);
    const [row] = await stack.query<{ projects: number; services: number }>(
      `SELECT (SELECT count(*)::int FROM project WHERE id = $1) AS projects,
              (SELECT count(*)::int FROM service WHERE project_id = $1) AS services`,
      [one.slice(PROJECTS.length + 1)],
    );
    expect((row?.projects ?? 0) > 0).toBe((row?.services ?? 0) > 0);
  });

  it.each([[{}], [{ projectName: '' }], [{ projectName: 'a'.repeat(51) }], [{ projectName: 7 }]])(
    'is neither created nor renamed with %j',
    async (body) => {
      const count = await totalOf(PROJECTS);
      expectError(await admin.callPath('POST', PROJECTS, body), 'INVALID_INPUT', ['projectName']);
      expectError(await admin.callPath('PUT', one, body), 'INVALID_INPUT', ['projectName']);
      expect(await totalOf(PROJECTS)).toBe(count);
      expect((await admin.okPath('GET', one)).project.projectName).toBe('test');
    },
  );

  it('that does not exist is named to administrators, and forbidden to others', async () => {
    const nothing = `${PROJECTS}/${newId()}`;
    const stranger = admin.withToken((await newUser(stack)).token);
    const calls: [string, string, object?][] = [
      ['GET', ''],
      ['PUT', '', { projectName: 'x' }],
      ['DELETE', ''],
      ['GET', '/members'],
      ['PUT', `/members/${newId()}`, { role: 'VIEWER' }],
      ['DELETE', `/members/${newId()}`],
      ['GET', '/appkeys'],
      ['POST', '/appkeys', { appKeyName: 'x' }],
    ];
    for (const [method, path, body] of calls) {
      expectError(await admin.callPath(method, nothing + path, body), 'INVALID_PARAMETER', ['projectId']);
      expectError(await stranger.callPath(method, nothing + path, body), 'USER_NOT_ALLOWED');
      expectError(await stranger.callPath(method, one + path, body), 'USER_NOT_ALLOWED');
    }
    expectError(await stranger.callPath('POST', PROJECTS, { projectName: 'x' }), 'USER_NOT_ALLOWED');
  });

  it('is open to each role as far as the role goes', async () => {
    const allowed: Record<Role, number> = { VIEWER: 403, MEMBER: 403, ADMIN: 200 };
    const { appKeyId } = (await admin.okPath('POST', `${one}/appkeys`, { appKeyName: 'x' })).appKey;
    const { userId } = await newUser(stack);
    for (const role of ['VIEWER', 'MEMBER', 'ADMIN'] as const) {
      const user = (await stack.asUser(api, role)).api;
      for (const path of ['', '/members']) expect((await user.callPath('GET', one + path)).status).toBe(200);
      for (const [method, path, body] of [
        // On v1.0 an appKey is all that a caller needs, so its value is not for those who only read.
        ['GET', '/appkeys'],
        ['PUT', '', { projectName: 'x' }],
        ['PUT', `/members/${userId}`, { role: 'VIEWER' }],
        ['DELETE', `/members/${userId}`],
        ['PUT', `/appkeys/${appKeyId}`, { appKeyName: 'y' }],
        ['POST', '/appkeys', { appKeyName: 'z' }],
        ['DELETE', `/appkeys/${appKeyId}`],
        ['DELETE', ''],
      ] as [string, string, object?][]) {
        const answer = await user.callPath(method, one + path, body);
        expect([role, method, path, answer.status]).toEqual([role, method, path, allowed[role]]);
      }
    }
  });
});

/** Past the control plane: what a project holds counts, however it came there. */
function insertCustomDomain(): Promise<unknown> {
  return stack.query(
    `INSERT INTO custom_domain (id, project_id, app_key_id, host_name) SELECT $1, project_id, id, $1 FROM app_key WHERE value = $2`,
    [newId(), api.appKey],
  );
}

describe('the list of projects', () => {
  it('has those that the user may enter, each with the role, and pages', async () => {
    const user = await newUser(stack);
    const other = await stack.newProject();
    await joinProject(stack, api, user, 'VIEWER');
    await joinProject(stack, other, user, 'ADMIN');
    const [first, second] = [await projectIdOf(stack, api), await projectIdOf(stack, other)];
    const list = async (token: string, query = '') => {
      const { projectList, paging } = await admin.withToken(token).okPath('GET', PROJECTS + query);
      return [projectList.map(({ projectId, role }: Json) => [projectId, role]), paging.totalCount];
    };
    expect(await list(user.token)).toEqual([
      [
        [first, 'VIEWER'],
        [second, 'ADMIN'],
      ],
      2,
    ]);
    expect(await list(user.token, '?limit=1&page=2')).toEqual([[[second, 'ADMIN']], 2]);
    expect(await list(await newToken(stack, user, { projectId: second }))).toEqual([[[second, 'ADMIN']], 1]);
    expect(await list((await newUser(stack)).token)).toEqual([[], 0]);
    expect(await totalOf(PROJECTS)).toBeGreaterThan(1);
    expectError(await admin.callPath('GET', `${PROJECTS}?page=x`), 'INVALID_PARAMETER', ['page']);
  });
});

describe('a member', () => {
  it('is let in with a role, gets another one, and is taken out again', async () => {
    const user = await newUser(stack);
    const path = `${one}/members/${user.userId}`;
    const own = api.withToken(user.token);
    expectError(await own.call('GET', '/services'), 'USER_NOT_ALLOWED');
    const { member } = await admin.okPath('PUT', path, { role: 'VIEWER' });
    expect(member).toEqual({
      userId: user.userId,
      userName: 'test',
      role: 'VIEWER',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect((await own.call('GET', '/services')).status).toBe(200);
    const body = { regionCode: 'KR1', apigwServiceName: 'x' };
    expectError(await own.call('POST', '/services', body), 'USER_NOT_ALLOWED');
    await admin.okPath('PUT', path, { role: 'MEMBER' });
    expect((await own.call('POST', '/services', body)).status).toBe(200);
    const list = await admin.okPath('GET', `${one}/members`);
    expect(list).toMatchObject({ paging: { totalCount: 1 }, memberList: [{ userId: user.userId, role: 'MEMBER' }] });
    await admin.okPath('DELETE', path);
    expectError(await own.call('GET', '/services'), 'USER_NOT_ALLOWED');
    expectError(await admin.callPath('DELETE', path), 'INVALID_PARAMETER', ['userId']);
  });

  it('has one of three roles, and is a user', async () => {
    const { userId } = await newUser(stack);
    expectError(await admin.callPath('PUT', `${one}/members/${userId}`, { role: 'OWNER' }), 'INVALID_INPUT', ['role']);
    const nobody = `${one}/members/${newId()}`;
    expectError(await admin.callPath('PUT', nobody, { role: 'ADMIN' }), 'INVALID_PARAMETER', ['userId']);
    expect(await totalOf(`${one}/members`)).toBe(0);
  });

  it('is one when fifty clients let it in at once', async () => {
    const { userId } = await newUser(stack);
    const roles = ['ADMIN', 'MEMBER', 'VIEWER'];
    const counts = await fiftyAtOnce((index) =>
      admin.callPath('PUT', `${one}/members/${userId}`, { role: roles[index % 3] }),
    );
    expect(counts).toEqual({ 0: 50 });
    expect(await totalOf(`${one}/members`)).toBe(1);
  });
});

describe('an appKey', () => {
  it('opens the project until it is disabled, and until it expires', async () => {
    const { appKey } = await admin.okPath('POST', `${one}/appkeys`, { appKeyName: 'scripts' });
    const path = `${one}/appkeys/${appKey.appKeyId}`;
    const call = () => new Api(stack.address.controlUrl, appKey.appKey, 0).call('GET', '/services');
    expect((await call()).status).toBe(200);
    await admin.okPath('PUT', path, { appKeyName: 'scripts', disabled: true });
    expectError(await call(), 'APP_KEY_NOT_ACCEPTED');
    const past = '2020-01-01T00:00:00Z';
    await admin.okPath('PUT', path, { appKeyName: 'scripts', disabled: false, expiresAt: past });
    expectError(await call(), 'APP_KEY_NOT_ACCEPTED');
    const kept = await admin.okPath('PUT', path, { appKeyName: 'renamed' });
    expect(kept.appKey).toMatchObject({
      appKeyName: 'renamed',
      disabled: false,
      expiresAt: '2020-01-01T00:00:00.000Z',
    });
    await admin.okPath('PUT', path, { appKeyName: 'scripts', expiresAt: null });
    expect((await call()).status).toBe(200);
    await admin.okPath('DELETE', path);
    expectError(await call(), 'INVALID_APP_KEY');
  });

  it.each([
    ['a service', () => api.createService()],
    ['an API key', () => api.ok('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' })],
    ['a usage plan', () => api.ok('POST', '/usage-plans', { usagePlanName: 'x' })],
    ['a custom domain', () => insertCustomDomain()],
  ])('under which %s was made is not deleted', async (_name, make) => {
    await make();
    const [{ appKeyId }] = (await admin.okPath('GET', `${one}/appkeys`)).appKeyList;
    expectError(await admin.callPath('DELETE', `${one}/appkeys/${appKeyId}`), 'INVALID_PARAMETER', ['appKeyId']);
    expect((await api.call('GET', '/services')).status).toBe(200);
  });

  it.each([
    [{}, 'appKeyName'],
    [{ appKeyName: 'a'.repeat(51) }, 'appKeyName'],
    [{ appKeyName: 'a', expiresAt: 'tomorrow' }, 'expiresAt'],
    [{ appKeyName: 'a', expiresAt: '2027-02-30T00:00:00Z' }, 'expiresAt'],
    [{ appKeyName: 'a', expiresAt: '0000-01-01T00:00:00Z' }, 'expiresAt'],
    [{ appKeyName: 'a', expiresAt: '2027-01-01T23:59:60Z' }, 'expiresAt'],
    [{ appKeyName: 'a', expiresAt: '2000-01-01T00:00:00+14:00' }, 'expiresAt'],
    [{ appKeyName: 'a', expiresAt: '2999-12-31T23:59:59-23:59' }, 'expiresAt'],
    [{ appKeyName: 'a', expiresAt: 1_800_000_000 }, 'expiresAt'],
    [{ appKeyName: 'a', appKey: 'chosen' }, 'appKey'],
  ])('is neither made nor modified with %j', async (body, field) => {
    const before = await admin.okPath('GET', `${one}/appkeys`);
    const path = `${one}/appkeys/${before.appKeyList[0].appKeyId}`;
    expectError(await admin.callPath('POST', `${one}/appkeys`, body), 'INVALID_INPUT', [field]);
    expectError(await admin.callPath('PUT', path, body), 'INVALID_INPUT', [field]);
    expect(await admin.okPath('GET', `${one}/appkeys`)).toEqual(before);
  });

  it('of another project is named in the errorList', async () => {
    const other = await projectIdOf(stack, await stack.newProject());
    const [{ appKeyId }] = (await admin.okPath('GET', `${PROJECTS}/${other}/appkeys`)).appKeyList;
    const path = `${one}/appkeys/${appKeyId}`;
    expectError(await admin.callPath('PUT', path, { appKeyName: 'x' }), 'INVALID_PARAMETER', ['appKeyId']);
    expectError(await admin.callPath('DELETE', path), 'INVALID_PARAMETER', ['appKeyId']);
  });

  it('is one of a hundred at most, when fifty clients make more at once', async () => {
    await stack.query(
      `INSERT INTO app_key (id, project_id, value) SELECT $1 || n, $1, $1 || n FROM generate_series(1, 74) n`,
      [one.slice(PROJECTS.length + 1)],
    );
    const counts = await fiftyAtOnce(() => admin.callPath('POST', `${one}/appkeys`, { appKeyName: 'x' }));
    expect(counts).toEqual({ 0: 25, 400100000: 25 });
    expect(await totalOf(`${one}/appkeys`)).toBe(100);
  });

  it('is either kept with what is under it, or gone, when fifty clients delete it and create services at once', async () => {
    const [{ appKeyId }] = (await admin.okPath('GET', `${one}/appkeys`)).appKeyList;
    const counts = await fiftyAtOnce((index) =>
      index % 2 === 0
        ? api.call('POST', '/services', { regionCode: 'KR1', apigwServiceName: 'x' })
        : admin.callPath('DELETE', `${one}/appkeys/${appKeyId}`),
    );
    // Ten services are the most.
    expect([
      { 0: 10, 400101000: 15, 400100000: 25 },
      { 0: 1, 400100000: 24, 401100000: 25 },
    ]).toContainEqual(counts);
    const services = await stack.query('SELECT id FROM service WHERE app_key_id = $1', [appKeyId]);
    expect((await totalOf(`${one}/appkeys`)) > 0).toBe(services.length > 0);
  });
});
