import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { errorCatalog, type ErrorKey } from '../../src/errors/index.js';
import { newId } from '../../src/kernel/ids.js';
import { Api, type Json } from '../harness/api.js';
import { fetchDeclared } from '../harness/declared-errors.js';
import { expectError } from '../harness/expectations.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type ApiOperation, listOperations, pathOf, pathParameters } from '../harness/operations.js';
import { type Stack, useStack } from '../harness/stack.js';
import { joinProject, newToken, newUser, projectIdOf, type Role, type TestUser } from '../harness/users.js';

/** Operations that anybody may call. The list only shrinks. */
const PUBLIC = ['listErrorCodes', 'listErrorCodesV2'];
/** Operations that take nothing, so that nothing of a call can be wrong. The list only shrinks. */
const WITHOUT_INPUT = ['getMyUser', ...PUBLIC];

let stack: Stack;
let operations: ApiOperation[];
let api: Api;
let user: TestUser;

beforeAll(async () => {
  stack = await useStack();
  operations = await listOperations(stack.address.controlUrl);
});

beforeEach(async () => {
  api = await stack.newProject();
  user = await newUser(stack);
});

const having = (...accesses: ApiOperation['access'][]) => operations.filter(({ access }) => accesses.includes(access));
const withToken = () => having('appKey and token', 'token');
const member = (role: Role) => stack.asUser(api, role);

/** How the calls of a case differ from one that would be let in. */
interface Call {
  readonly token?: string | null;
  readonly appKey?: string;
  /** A service that exists; without it all ids are of nothing. */
  readonly serviceId?: string;
  readonly input?: (operation: ApiOperation) => { query?: string; body?: unknown; id?: string };
}

/** Calls operations, their ids being of things that do not exist, and gives what each has answered. */
async function answersOf(
  called: ApiOperation[],
  { token = null, appKey = api.appKey, serviceId, input }: Call,
): Promise<Json[]> {
  const client = new Api(stack.address.controlUrl, appKey, 0, token);
  const answers: Json[] = [];
  for (const operation of called) {
    const { query = '', body, id } = input?.(operation) ?? {};
    const ids = Object.fromEntries(pathParameters(operation).map((name) => [name, id ?? 'nothing']));
    if (id === undefined && serviceId !== undefined) ids['apigwServiceId'] = serviceId;
    const path = pathOf(operation, { ...ids, appKey });
    const answer = await client.callPath(operation.method, path + query, body);
    answers.push([operation.id, answer.body.header?.resultCode ?? 0, answer.status]);
  }
  return answers;
}

/** Demands one error of all the operations, and that the calls leave nothing behind. */
async function expectAll(called: ApiOperation[], key: ErrorKey, call: Call): Promise<void> {
  expect(called.length).toBeGreaterThan(0);
  const { code } = errorCatalog[key];
  const before = await databaseFingerprint(stack);
  const answers = await answersOf(called, call);
  expect(answers).toEqual(called.map(({ id }) => [id, code, Number(String(code).slice(0, 3))]));
  expect(await databaseFingerprint(stack)).toEqual(before);
}

describe('every answer', () => {
  it('is kept out of caches, a refusal too', async () => {
    const { controlUrl } = stack.address;
    const paths = [
      '/v1.0/error-codes',
      `/v1.0/appkeys/${api.appKey}/services`,
      `/v1.0/appkeys/${api.appKey}/apikeys/export`,
      `/v2.0/appkeys/${api.appKey}/services`,
      '/v2.0/users/me',
      '/v1.0/nothing',
      '/oauth2/token/create',
    ];
    for (const path of paths) {
      const { headers } = await fetchDeclared(controlUrl, path);
      expect([path, headers.get('cache-control')]).toEqual([path, 'no-store']);
    }
    // This is refused before it is known what it calls.
    expect((await fetch(`${controlUrl}/v1.0/%zz`)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('every operation', () => {
  it('has its own id, and is public only where it is meant to be', () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    expect(
      having('public')
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(PUBLIC);
  });

  it('of a project stands in both versions, and declares the errors of the token on v2.0 alone', () => {
    const codes = (['TOKEN_INVALID', 'INVALID_USER', 'USER_NOT_ALLOWED'] as const).map((key) => errorCatalog[key].code);
    const twins = having('appKey and token').map(({ id, method, template, codes: declared }) => {
      for (const code of codes) expect([id, [...declared]]).toEqual([id, expect.arrayContaining([code])]);
      return [id, method, template];
    });
    const v1 = having('appKey').map(({ id, method, template, codes: declared }) => {
      for (const code of codes) expect([id, declared.has(code)]).toEqual([id, false]);
      return [`${id}V2`, method, template.replace('/v1.0/', '/v2.0/')];
    });
    expect(v1).toEqual(twins);
    expect(v1.length).toBeGreaterThan(50);
  });
});

describe('every operation that needs a token', () => {
  it('refuses calls without one', async () => {
    await expectAll(withToken(), 'TOKEN_INVALID', {});
  });

  it('refuses one that nobody was given', async () => {
    await expectAll(withToken(), 'TOKEN_INVALID', { token: 'x'.repeat(40) });
  });

  it('refuses one that has expired', async () => {
    await joinProject(stack, api, user, 'ADMIN');
    await expectAll(withToken(), 'TOKEN_INVALID', { token: await newToken(stack, user, { lifetimeSeconds: -1 }) });
  });

  it('refuses one of a disabled access key', async () => {
    await joinProject(stack, api, user, 'ADMIN');
    await stack.query('UPDATE user_access_key SET disabled = true WHERE id = $1', [user.accessKey.id]);
    await expectAll(withToken(), 'TOKEN_INVALID', { token: user.token });
  });

  it('refuses one of a disabled user', async () => {
    await joinProject(stack, api, user, 'ADMIN');
    await stack.query('UPDATE user_account SET disabled = true WHERE id = $1', [user.userId]);
    await expectAll(withToken(), 'INVALID_USER', { token: user.token });
  });
});

describe('a body', () => {
  const broken = '{';

  it('is not read before the token is known to be good', async () => {
    const stranger = new Api(stack.address.controlUrl, api.appKey, 0);
    expectError(await stranger.callPath('POST', '/v2.0/users', broken), 'TOKEN_INVALID');
    expectError(await api.withToken('x').call('POST', '/services', broken), 'TOKEN_INVALID');
    expectError(await api.withToken(user.token ?? '').call('POST', '/services', broken), 'USER_NOT_ALLOWED');
  });

  it('is not read before the appKey is known to be good', async () => {
    expectError(await api.withAppKey('nothing').call('POST', '/services', broken), 'INVALID_APP_KEY');
  });

  it('that is refused unread leaves the answer to a large one readable, and the connection usable', async () => {
    const large = Buffer.alloc(8 * 1024 * 1024, ' ');
    const serviceId = await api.createService();
    const path = `/services/${serviceId}/resources/import`;
    for (let call = 0; call < 3; call += 1) {
      expectError(await api.withAppKey('nothing').call('POST', path, large), 'INVALID_APP_KEY');
    }
    expectError(await api.call('POST', '/services', broken), 'INVALID_PARAMETER');
  });
});

describe('every operation of a project', () => {
  it('refuses strangers', async () => {
    await expectAll(having('appKey and token'), 'USER_NOT_ALLOWED', { token: user.token });
  });

  it('refuses a VIEWER who would change something, and only then', async () => {
    const { token } = await member('VIEWER');
    const [reading, writing] = [true, false].map((reads) =>
      having('appKey and token').filter(({ isWrite }) => isWrite !== reads),
    );
    await expectAll(writing ?? [], 'USER_NOT_ALLOWED', { token });
    const answers = await answersOf(reading ?? [], { token });
    expect(answers.filter(([, , status]) => status === 401 || status === 403)).toEqual([]);
  });

  it('lets a MEMBER, an ADMIN and an administrator of the installation in', async () => {
    const administrator = await newUser(stack, { isAdministrator: true });
    for (const { token } of [await member('MEMBER'), await member('ADMIN'), administrator]) {
      const answers = await answersOf(having('appKey and token'), { token });
      expect(answers.filter(([, , status]) => status === 401 || status === 403)).toEqual([]);
    }
  });

  it('refuses a token that is for another project', async () => {
    await joinProject(stack, api, user, 'ADMIN');
    const projectId = await projectIdOf(stack, await stack.newProject());
    const token = await newToken(stack, user, { projectId });
    await expectAll(having('appKey and token'), 'APP_KEY_NOT_ACCEPTED', { token });
  });

  it('refuses an unknown appKey on both versions', async () => {
    for (const appKey of ['nothing', '%00']) {
      await expectAll(having('appKey'), 'INVALID_APP_KEY', { appKey });
      await expectAll(having('appKey and token'), 'INVALID_APP_KEY', { appKey, token: user.token });
    }
  });

  it.each([
    ['disabled', 'UPDATE app_key SET disabled = true WHERE value = $1'],
    ['expired', 'UPDATE app_key SET expires_at = now() WHERE value = $1'],
  ])('refuses a %s appKey on both versions', async (_name, sql) => {
    await joinProject(stack, api, user, 'ADMIN');
    await stack.query(sql, [api.appKey]);
    await expectAll(having('appKey'), 'APP_KEY_NOT_ACCEPTED', {});
    await expectAll(having('appKey and token'), 'APP_KEY_NOT_ACCEPTED', { token: user.token });
  });
});

describe('every operation of the installation', () => {
  it('refuses who may not do it', async () => {
    const { code } = errorCatalog.USER_NOT_ALLOWED;
    const guarded = having('token').filter(({ codes }) => codes.has(code));
    const open = having('token').filter(({ codes }) => !codes.has(code));
    await expectAll(guarded, 'USER_NOT_ALLOWED', { token: user.token });
    expect(open.map(({ id }) => id).toSorted()).toEqual(['getMyUser', 'listProjects']);
  });
});

describe('every operation that takes something', () => {
  /** Something wrong for each: a body that is no JSON, a query that it does not have, or an id that nothing can have. */
  const wrongInput = ({ exampleBody, queryNames }: ApiOperation) => {
    if (exampleBody !== undefined) return { body: '{"a":' };
    if (queryNames.includes('page')) return { query: '?page=x' };
    return queryNames.length > 0 ? { query: '?no-such-parameter=1' } : { id: '%00' };
  };
  const takingSomething = (called: ApiOperation[]) => called.filter(({ id }) => !WITHOUT_INPUT.includes(id));

  it('refuses what it cannot read, on both versions', async () => {
    const { token } = await newUser(stack, { isAdministrator: true });
    // An import is read when it is known for which service it is.
    const serviceId = await api.createService();
    await expectAll(having('appKey'), 'INVALID_PARAMETER', { serviceId, input: wrongInput });
    await expectAll(takingSomething(withToken()), 'INVALID_PARAMETER', { token, serviceId, input: wrongInput });
  });

  it('of a project answers for an id that nothing can have as for what cannot be read', async () => {
    const called = having('appKey').filter((one) => pathParameters(one).length > 1 && one.exampleBody === undefined);
    await expectAll(called, 'INVALID_PARAMETER', { input: ({ exampleQuery }) => ({ id: '%00', query: exampleQuery }) });
  });
});

describe('every operation that needs an access key', () => {
  it('refuses who has none', async () => {
    await expectAll(having('accessKey'), 'INVALID_USER', { token: newId() });
  });
});
