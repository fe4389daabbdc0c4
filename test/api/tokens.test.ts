import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { Api, Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';
import {
  callToken,
  joinProject,
  newToken,
  newUser,
  projectIdOf,
  type TestUser,
  type TokenEndpointAnswer,
} from '../harness/users.js';

const GRANT = { grant_type: 'client_credentials' };

let stack: Stack;
let api: Api;
let user: TestUser;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
  user = await newUser(stack);
  await joinProject(stack, api, user, 'MEMBER');
});

const create = (form: Record<string, string> | string = GRANT, key = user.accessKey) =>
  callToken(stack, 'create', key, form);
const check = async (token: string, key = user.accessKey): Promise<Json> =>
  (await callToken(stack, 'check', key, { token })).body;
const services = (token: string) => api.withToken(token).call('GET', '/services');
const countTokens = async () =>
  (
    await stack.query<{ count: number }>('SELECT count(*)::int AS count FROM access_token WHERE user_id = $1', [
      user.userId,
    ])
  )[0]?.count;

function expectOAuthError(answer: TokenEndpointAnswer, key: 'INVALID_USER' | 'INVALID_PARAMETER', error: string): void {
  expectError(answer, key);
  expect(answer.body.error).toBe(error);
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

describe('POST /oauth2/token/create', () => {
  it('gives a token that opens v2.0, as RFC 6749 says', async () => {
    const { status, headers, body } = await create();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 });
    expect((await services(body.access_token)).status).toBe(200);
  });

  it('gives another token each time, and keeps none of them as it is', async () => {
    const [one, other] = [(await create()).body.access_token, (await create()).body.access_token];
    expect(one).not.toBe(other);
    const rows = await stack.query('SELECT * FROM access_token WHERE user_id = $1', [user.userId]);
    expect(JSON.stringify(rows)).not.toContain(one);
    expect(
      JSON.stringify(await stack.query('SELECT * FROM user_access_key WHERE user_id = $1', [user.userId])),
    ).not.toContain(user.accessKey.secret);
  });

  it('limits a token to the project that is asked for', async () => {
    const other = await stack.newProject();
    await joinProject(stack, other, user, 'ADMIN');
    const projectId = await projectIdOf(stack, api);
    const token: string = (await create({ ...GRANT, project_id: projectId })).body.access_token;
    expect((await services(token)).status).toBe(200);
    expectError(await other.withToken(token).call('GET', '/services'), 'APP_KEY_NOT_ACCEPTED');
    expect(await check(token)).toMatchObject({ active: true, project_id: projectId });
  });

  it.each(['nothing', '\0'])('gives none for the project %j, which does not exist', async (project_id) => {
    const answer = await create({ ...GRANT, project_id });
    expectError(answer, 'INVALID_PARAMETER', ['project_id']);
    expect(answer.body.error).toBe('invalid_request');
  });

  it('gives none for a project that the user may not enter, and any for an administrator', async () => {
    const foreign = await projectIdOf(stack, await stack.newProject());
    const before = await countTokens();
    expectError(await create({ ...GRANT, project_id: foreign }), 'INVALID_PARAMETER', ['project_id']);
    expect(await countTokens()).toBe(before);
    const { accessKey } = await newUser(stack, { isAdministrator: true });
    expect((await create({ ...GRANT, project_id: foreign }, accessKey)).status).toBe(200);
    expectError(await create({ ...GRANT, project_id: newId() }, accessKey), 'INVALID_PARAMETER', ['project_id']);
  });

  it.each([
    ['no grant_type', {}, 'grant_type', 'invalid_request'],
    ['an empty grant_type', { grant_type: '' }, 'grant_type', 'invalid_request'],
    ['another grant_type', { grant_type: 'password' }, 'grant_type', 'unsupported_grant_type'],
    [
      'a repeated field',
      'grant_type=client_credentials&grant_type=client_credentials',
      'grant_type',
      'invalid_request',
    ],
    ['a long field', { ...GRANT, project_id: 'a'.repeat(201) }, 'project_id', 'invalid_request'],
  ])('refuses %s and makes nothing', async (_name, form, field, error) => {
    const before = await countTokens();
    const answer = await create(form);
    expectOAuthError(answer, 'INVALID_PARAMETER', error);
    expectError(answer, 'INVALID_PARAMETER', [field]);
    expect(await countTokens()).toBe(before);
  });

  it('passes over fields that it does not know, as RFC 6749 demands', async () => {
    expect((await create({ ...GRANT, audience: 'x', ['__proto__']: 'y' })).status).toBe(200);
  });

  it('takes forms alone, of a bounded size', async () => {
    const basic = Buffer.from(`${user.accessKey.id}:${user.accessKey.secret}`).toString('base64');
    const post = async (type: string, body: string): Promise<TokenEndpointAnswer> => {
      const headers = { authorization: `Basic ${basic}`, 'content-type': type };
      return fetchDeclared(stack.address.controlUrl, '/oauth2/token/create', { method: 'POST', headers, body });
    };
    const form = 'application/x-www-form-urlencoded';
    expectOAuthError(await post('application/json', JSON.stringify(GRANT)), 'INVALID_PARAMETER', 'invalid_request');
    expectOAuthError(await post(form, `a=${'b'.repeat(20_000)}`), 'INVALID_PARAMETER', 'invalid_request');
    expect((await post(`${form}; charset=UTF-8`, 'grant_type=client_credentials')).status).toBe(200);
  });

  it('keeps the newest thousand tokens of an access key', async () => {
    await stack.query(
      `INSERT INTO access_token (hash, user_id, access_key_id, created_at, expires_at)
       SELECT $2 || n, $1, $2, now() - n * interval '1 second', now() + interval '1 hour' FROM generate_series(1, 1005) n`,
      [user.userId, user.accessKey.id],
    );
    const { access_token } = (await create()).body;
    expect(await countTokens()).toBe(1000);
    expect((await services(access_token)).status).toBe(200);
    expect((await services(user.token)).status).toBe(200);
  });

  it('holds that bound when fifty clients ask at once', async () => {
    await stack.query(
      `INSERT INTO access_token (hash, user_id, access_key_id, created_at, expires_at)
       SELECT $2 || n, $1, $2, now() - n * interval '1 second', now() + interval '1 hour' FROM generate_series(1, 990) n`,
      [user.userId, user.accessKey.id],
    );
    const answers = await Promise.all(Array.from({ length: 50 }, () => create()));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await countTokens()).toBe(1000);
    for (const { body } of answers) expect((await check(body.access_token)).active).toBe(true);
  });
});

describe('the token endpoints', () => {
  const endpoints = ['create', 'check', 'revoke'] as const;

  it.each(endpoints)(
    '%s answers wrong credentials with Invalid uuid., invalid_client and a challenge',
    async (endpoint) => {
      const { id, secret } = user.accessKey;
      for (const key of [
        null,
        { id, secret: 'x'.repeat(40) },
        { id: 'nobody', secret },
        { id, secret: `${secret}:` },
      ]) {
        const answer = await callToken(stack, endpoint, key, { ...GRANT, token: 'x' });
        expectOAuthError(answer, 'INVALID_USER', 'invalid_client');
        expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /);
      }
    },
  );

  it.each(endpoints)('%s is closed to disabled access keys and to keys of disabled users', async (endpoint) => {
    const call = () => callToken(stack, endpoint, user.accessKey, { ...GRANT, token: 'x' });
    expect((await call()).status).toBe(200);
    await stack.query('UPDATE user_access_key SET disabled = true WHERE id = $1', [user.accessKey.id]);
    expectOAuthError(await call(), 'INVALID_USER', 'invalid_client');
    await stack.query('UPDATE user_access_key SET disabled = false WHERE id = $1', [user.accessKey.id]);
    await stack.query('UPDATE user_account SET disabled = true WHERE id = $1', [user.userId]);
    expectOAuthError(await call(), 'INVALID_USER', 'invalid_client');
  });

  it.each(['check', 'revoke'] as const)('%s needs a token in the form', async (endpoint) => {
    const answer = await callToken(stack, endpoint, user.accessKey, {});
    expectOAuthError(answer, 'INVALID_PARAMETER', 'invalid_request');
    expectError(answer, 'INVALID_PARAMETER', ['token']);
  });

  it('know no GET and no other path', async () => {
    for (const path of ['create', 'delete']) {
      expectError(await fetchDeclared(stack.address.controlUrl, `/oauth2/token/${path}`), 'URL_NOT_FOUND');
    }
  });
});

describe('POST /oauth2/token/check', () => {
  it('says what a token is good for', async () => {
    const now = Date.now() / 1000;
    const { access_token } = (await create()).body;
    const state = await check(access_token);
    expect(state).toEqual({
      active: true,
      token_type: 'Bearer',
      client_id: user.accessKey.id,
      sub: user.userId,
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(Math.abs(state.iat - now)).toBeLessThan(60);
    expect(state.exp - state.iat).toBe(3600);
  });

  it('says of an expired, an unknown and a foreign token that it is not active, and no more', async () => {
    const expired = await newToken(stack, user, { lifetimeSeconds: -1 });
    const foreign = (await newUser(stack)).token;
    for (const token of [expired, foreign, 'nonsense', '\0']) expect(await check(token)).toEqual({ active: false });
    expect(await check(user.token)).toMatchObject({ active: true });
  });
});

describe('POST /oauth2/token/revoke', () => {
  const revoke = (token: string) => callToken(stack, 'revoke', user.accessKey, { token });

  it('makes a token worthless at once', async () => {
    expect((await services(user.token)).status).toBe(200);
    expect((await revoke(user.token)).status).toBe(200);
    expectError(await services(user.token), 'TOKEN_INVALID');
    expect(await check(user.token)).toEqual({ active: false });
    expect((await revoke(user.token)).status).toBe(200);
  });

  it('leaves the tokens of others alone', async () => {
    const other = await newUser(stack);
    expect((await revoke(other.token)).status).toBe(200);
    expect(await check(other.token, other.accessKey)).toMatchObject({ active: true });
  });
});

describe('a token', () => {
  it('is refused when it has expired, and its access key is disabled or gone', async () => {
    expectError(await services(await newToken(stack, user, { lifetimeSeconds: -1 })), 'TOKEN_INVALID');
    await stack.query('UPDATE user_access_key SET disabled = true WHERE id = $1', [user.accessKey.id]);
    expectError(await services(user.token), 'TOKEN_INVALID');
    await stack.query('UPDATE user_access_key SET disabled = false WHERE id = $1', [user.accessKey.id]);
    expect((await services(user.token)).status).toBe(200);
    await stack.query('DELETE FROM user_access_key WHERE id = $1', [user.accessKey.id]);
    expectError(await services(user.token), 'TOKEN_INVALID');
  });

  it.each(['', 'Bearer', 'Bearer  ', 'Basic abc', 'Bearer a b', `Bearer ${'a'.repeat(5000)}`, 'Bearer \u00e9'])(
    'is not found in the header %j',
    async (header) => {
      const path = `/v2.0/appkeys/${api.appKey}/services`;
      const answer = await fetchDeclared(stack.address.controlUrl, path, {
        headers: { 'x-nhn-authorization': header },
      });
      expectError(answer, 'TOKEN_INVALID');
    },
  );

  it('is not asked for on v1.0, whatever the headers say', async () => {
    const headers = { 'x-nhn-authorization': 'Bearer nonsense', authorization: 'nonsense' };
    const path = `/v1.0/appkeys/${api.appKey}/services`;
    const answer = await fetchDeclared(stack.address.controlUrl, path, { headers });
    expect(answer.status).toBe(200);
  });
});

describe('a URL of a token endpoint that is written in another way', () => {
  it('is answered like the plain one', async () => {
    const answers = ['/oauth2/token/create', '/%6fauth2/token/create'].map(async (path) => {
      const answer = await fetch(stack.address.controlUrl + path, { method: 'POST', body: new URLSearchParams(GRANT) });
      const body: Json = await answer.json();
      return {
        status: answer.status,
        error: body.error,
        challenge: answer.headers.get('www-authenticate'),
        cache: answer.headers.get('cache-control'),
      };
    });
    const [plain, encoded] = await Promise.all(answers);
    expect(plain).toMatchObject({ error: 'invalid_client', challenge: expect.any(String), cache: 'no-store' });
    expect(encoded).toEqual(plain);
  });
});
