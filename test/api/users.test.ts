import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { Api, Json } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { type PrivateStack, type Stack, startPrivateStack, useStack } from '../harness/stack.js';
import { asAdministrator, callToken, newToken, newUser, projectIdOf, type TestUser } from '../harness/users.js';

const USERS = '/v2.0/users';

let stack: Stack;
let admin: Api;

beforeAll(async () => {
  stack = await useStack();
  admin = await asAdministrator(stack);
});

const createUser = async (userName = 'one'): Promise<Json> => (await admin.okPath('POST', USERS, { userName })).user;
const keysOf = (userId: string) => `${USERS}/${userId}/access-keys`;

describe('a user', () => {
  it('is created, read, modified and deleted by an administrator', async () => {
    const user = await createUser('before');
    expect(user).toEqual({
      userId: expect.any(String),
      userName: 'before',
      isAdministrator: false,
      disabled: false,
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    const one = `${USERS}/${user.userId}`;
    expect((await admin.okPath('GET', one)).user).toEqual(user);
    const changed = await admin.okPath('PUT', one, { userName: 'after', isAdministrator: true, disabled: true });
    expect(changed.user).toMatchObject({ userName: 'after', isAdministrator: true, disabled: true });
    const kept = await admin.okPath('PUT', one, { userName: 'kept' });
    expect(kept.user).toMatchObject({ userName: 'kept', isAdministrator: true, disabled: true });
    await admin.okPath('DELETE', one);
    expectError(await admin.callPath('GET', one), 'INVALID_PARAMETER', ['userId']);
  });

  it('takes its access keys, tokens and memberships along when it is deleted', async () => {
    const user = await newUser(stack);
    const api = (await stack.newProject()).withToken(user.token);
    await admin.okPath('DELETE', `${USERS}/${user.userId}`);
    expectError(await api.call('GET', '/services'), 'TOKEN_INVALID');
    expect((await callToken(stack, 'create', user.accessKey, {})).body.error).toBe('invalid_client');
  });

  it('that is disabled is refused with Invalid uuid. until it is enabled again', async () => {
    const user = await newUser(stack);
    const me = () => admin.withToken(user.token).callPath('GET', `${USERS}/me`);
    await admin.okPath('PUT', `${USERS}/${user.userId}`, { userName: 'x', disabled: true });
    expectError(await me(), 'INVALID_USER');
    await admin.okPath('PUT', `${USERS}/${user.userId}`, { userName: 'x', disabled: false });
    expect((await me()).body.user).toMatchObject({ userId: user.userId, userName: 'x' });
  });

  it.each([
    [{}, 'userName'],
    [{ userName: '' }, 'userName'],
    [{ userName: 'a'.repeat(51) }, 'userName'],
    [{ userName: 'a\0' }, 'userName'],
    [{ userName: 'a', isAdministrator: 'yes' }, 'isAdministrator'],
    [{ userName: 'a', colour: 'red' }, 'colour'],
  ])('is neither created nor modified with %j', async (body, field) => {
    const user = await createUser();
    const { totalCount } = (await admin.okPath('GET', USERS)).paging;
    expectError(await admin.callPath('POST', USERS, body), 'INVALID_INPUT', [field]);
    expectError(await admin.callPath('PUT', `${USERS}/${user.userId}`, body), 'INVALID_INPUT', [field]);
    expect((await admin.okPath('GET', USERS)).paging.totalCount).toBe(totalCount);
    expect((await admin.okPath('GET', `${USERS}/${user.userId}`)).user).toEqual(user);
  });

  it('that does not exist is named in the errorList', async () => {
    const one = `${USERS}/${newId()}`;
    for (const method of ['GET', 'DELETE']) {
      expectError(await admin.callPath(method, one), 'INVALID_PARAMETER', ['userId']);
    }
    expectError(await admin.callPath('PUT', one, { userName: 'x' }), 'INVALID_PARAMETER', ['userId']);
  });

  it('is managed by nobody but administrators, and not with a token for one project', async () => {
    const administrator = await newUser(stack, { isAdministrator: true });
    const projectId = await projectIdOf(stack, await stack.newProject());
    const limited = await newToken(stack, administrator, { projectId });
    const { token, userId } = await newUser(stack);
    for (const who of [limited, token]) {
      const api = admin.withToken(who);
      expectError(await api.callPath('GET', USERS), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('POST', USERS, { userName: 'x' }), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('GET', `${USERS}/${userId}`), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('PUT', `${USERS}/${userId}`, { userName: 'x' }), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('DELETE', `${USERS}/${userId}`), 'USER_NOT_ALLOWED');
      expect((await api.okPath('GET', `${USERS}/me`)).user.userName).toBe('test');
    }
  });
});

describe('the list of users', () => {
  it('pages in the order of their creation, and is empty past the end', async () => {
    const ids = [(await createUser()).userId, (await createUser()).userId];
    const { totalCount } = (await admin.okPath('GET', `${USERS}?limit=1`)).paging;
    const listed: string[] = [];
    for (let page = 1; page <= Math.ceil(totalCount / 1000); page += 1) {
      const { userList } = await admin.okPath('GET', `${USERS}?limit=1000&page=${page}`);
      listed.push(...userList.map((user: Json) => user.userId));
    }
    expect(listed).toHaveLength(totalCount);
    expect(listed.slice(-2)).toEqual(ids);
    expect((await admin.okPath('GET', `${USERS}?page=1000000`)).userList).toEqual([]);
    expectError(await admin.callPath('GET', `${USERS}?limit=0`), 'INVALID_PARAMETER', ['limit']);
  });
});

describe('an access key', () => {
  it('shows its secret once, and opens the token endpoint', async () => {
    const { userId } = await createUser();
    const { accessKey } = await admin.okPath('POST', keysOf(userId), { accessKeyName: 'laptop' });
    const { accessKeySecret, ...shown } = accessKey;
    expect(shown).toEqual({
      accessKeyId: expect.any(String),
      accessKeyName: 'laptop',
      disabled: false,
      createdAt: expect.stringMatching(/Z$/),
    });
    const list = await admin.okPath('GET', keysOf(userId));
    expect(list).toMatchObject({ paging: { limit: 10, page: 1, totalCount: 1 }, accessKeyList: [shown] });
    expect(JSON.stringify(list)).not.toContain(accessKeySecret);
    const key = { id: accessKey.accessKeyId, secret: accessKeySecret };
    expect((await callToken(stack, 'create', key, { grant_type: 'client_credentials' })).status).toBe(200);
  });

  it('is not left in caches with its secret', async () => {
    const { userId } = await createUser();
    const answer = await fetch(`${stack.address.controlUrl}${keysOf(userId)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-nhn-authorization': `Bearer ${admin.token}` },
      body: JSON.stringify({ accessKeyName: 'x' }),
    });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  it('is managed by its user too, but not by another one, nor with a token for one project', async () => {
    const user = await newUser(stack);
    const own = admin.withToken(user.token);
    const keys = keysOf(user.userId);
    const { accessKey } = await own.okPath('POST', keys, { accessKeyName: 'second' });
    const one = `${keys}/${accessKey.accessKeyId}`;
    const projectId = await projectIdOf(stack, await stack.newProject());
    for (const token of [(await newUser(stack)).token, await newToken(stack, user, { projectId })]) {
      const other = admin.withToken(token);
      expectError(await other.callPath('GET', keys), 'USER_NOT_ALLOWED');
      expectError(await other.callPath('POST', keys, { accessKeyName: 'x' }), 'USER_NOT_ALLOWED');
      expectError(await other.callPath('PUT', one, { accessKeyName: 'x' }), 'USER_NOT_ALLOWED');
      expectError(await other.callPath('DELETE', one), 'USER_NOT_ALLOWED');
    }
    expect((await own.okPath('GET', keys)).paging.totalCount).toBe(2);
    await own.okPath('DELETE', one);
    expect((await own.okPath('GET', keys)).accessKeyList).toMatchObject([{ accessKeyId: user.accessKey.id }]);
  });

  it('that is disabled or deleted takes its tokens along', async () => {
    const user = await newUser(stack);
    const one = `${keysOf(user.userId)}/${user.accessKey.id}`;
    const me = () => admin.withToken(user.token).callPath('GET', `${USERS}/me`);
    const changed = await admin.okPath('PUT', one, { accessKeyName: 'off', disabled: true });
    expect(changed.accessKey).toMatchObject({ accessKeyName: 'off', disabled: true });
    expectError(await me(), 'TOKEN_INVALID');
    expect((await admin.okPath('PUT', one, { accessKeyName: 'still' })).accessKey.disabled).toBe(true);
    await admin.okPath('PUT', one, { accessKeyName: 'on', disabled: false });
    expect((await me()).status).toBe(200);
    await admin.okPath('DELETE', one);
    expectError(await me(), 'TOKEN_INVALID');
  });

  it('of another user, or none at all, is named in the errorList', async () => {
    const [user, other] = [await newUser(stack), await newUser(stack)];
    for (const id of [other.accessKey.id, newId()]) {
      const one = `${keysOf(user.userId)}/${id}`;
      expectError(await admin.callPath('PUT', one, { accessKeyName: 'x' }), 'INVALID_PARAMETER', ['accessKeyId']);
      expectError(await admin.callPath('DELETE', one), 'INVALID_PARAMETER', ['accessKeyId']);
    }
    expectError(await admin.callPath('GET', keysOf(newId())), 'INVALID_PARAMETER', ['userId']);
    const body = { accessKeyName: 'x' };
    expectError(await admin.callPath('POST', keysOf(newId()), body), 'INVALID_PARAMETER', ['userId']);
  });

  it.each([
    [{}, 'accessKeyName'],
    [{ accessKeyName: 'a'.repeat(51) }, 'accessKeyName'],
    [{ accessKeyName: 'a', disabled: 'no' }, 'disabled'],
    [{ accessKeyName: 'a', secret: 'x' }, 'secret'],
  ])('is neither made nor modified with %j', async (body, field) => {
    const user = await newUser(stack);
    const keys = keysOf(user.userId);
    const before = await admin.okPath('GET', keys);
    expectError(await admin.callPath('POST', keys, body), 'INVALID_INPUT', [field]);
    expectError(await admin.callPath('PUT', `${keys}/${user.accessKey.id}`, body), 'INVALID_INPUT', [field]);
    expect(await admin.okPath('GET', keys)).toEqual(before);
  });

  it('is one of a hundred at most, when fifty clients make more at once', async () => {
    const { userId } = await createUser();
    await stack.query(
      `INSERT INTO user_access_key (id, user_id, name, secret_hash) SELECT $1 || n, $1, 'x', 'x' FROM generate_series(1, 75) n`,
      [userId],
    );
    const counts = await fiftyAtOnce(() => admin.callPath('POST', keysOf(userId), { accessKeyName: 'x' }));
    expect(counts).toEqual({ 0: 25, 400100000: 25 });
    expect((await admin.okPath('GET', keysOf(userId))).paging.totalCount).toBe(100);
  });
});

describe('the last administrator with an access key', () => {
  let own: PrivateStack;
  let first: Api;
  let firstId: string;

  beforeAll(async () => {
    own = await startPrivateStack({ gateways: 0 });
    first = await asAdministrator(own);
    firstId = (await first.okPath('GET', `${USERS}/me`)).user.userId;
  });

  afterAll(() => own.stop());

  it('can be neither deleted, disabled nor demoted, and keeps its access key', async () => {
    // One without an access key cannot get in, so it does not count.
    await first.okPath('POST', USERS, { userName: 'keyless', isAdministrator: true });
    const one = `${USERS}/${firstId}`;
    const [key] = (await first.okPath('GET', keysOf(firstId))).accessKeyList;
    const keyPath = `${keysOf(firstId)}/${key.accessKeyId}`;
    expectError(await first.callPath('DELETE', one), 'INVALID_PARAMETER', ['userId']);
    expectError(await first.callPath('PUT', one, { userName: 'x', disabled: true }), 'INVALID_INPUT', ['disabled']);
    const demotion = { userName: 'x', isAdministrator: false };
    expectError(await first.callPath('PUT', one, demotion), 'INVALID_INPUT', ['isAdministrator']);
    expectError(await first.callPath('DELETE', keyPath), 'INVALID_PARAMETER', ['accessKeyId']);
    const off = { accessKeyName: 'x', disabled: true };
    expectError(await first.callPath('PUT', keyPath, off), 'INVALID_INPUT', ['disabled']);
    expect((await first.okPath('GET', one)).user).toMatchObject({ isAdministrator: true, disabled: false });
  });

  it.each<[string, (user: TestUser, api: Api) => ReturnType<Api['callPath']>]>([
    ['delete themselves', ({ userId }, api) => api.callPath('DELETE', `${USERS}/${userId}`)],
    [
      'disable themselves',
      ({ userId }, api) => api.callPath('PUT', `${USERS}/${userId}`, { userName: 'x', disabled: true }),
    ],
    [
      'delete their access keys',
      ({ userId, accessKey }, api) => api.callPath('DELETE', `${keysOf(userId)}/${accessKey.id}`),
    ],
  ])('remains when fifty administrators %s at once', async (_name, leave) => {
    await own.query('UPDATE user_account SET disabled = true');
    const users = await Promise.all(Array.from({ length: 50 }, () => newUser(own, { isAdministrator: true })));
    const counts = await fiftyAtOnce((index) => {
      const user = users[index];
      if (!user) throw new Error('There are fewer than fifty');
      return leave(user, first.withToken(user.token));
    });
    expect(counts[0]).toBe(49);
    const usable = await own.query(
      `SELECT DISTINCT u.id FROM user_account u JOIN user_access_key k ON k.user_id = u.id AND NOT k.disabled
       WHERE u.is_administrator AND NOT u.disabled`,
    );
    expect(usable).toHaveLength(1);
  });
});
