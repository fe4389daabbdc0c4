import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId, newSecret } from '../../src/kernel/ids.js';
import { administratorKey } from '../harness/administrator-key.js';
import { Api, type Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { runProcessToEnd } from '../harness/process.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { type AccessKey, asAdministrator, callToken, newToken, newUser } from '../harness/users.js';

const POLL_INTERVAL_MS = 50;
const GRANT = { grant_type: 'client_credentials' };
const GENERATED = /its access key is (\S+), with the secret ([A-Za-z0-9]{40})/;
const IGNORED = 'BOOTSTRAP_ACCESS_KEY_ID and BOOTSTRAP_ACCESS_KEY_SECRET are ignored: somebody administers already';
const APPLIED = 'made the access key of BOOTSTRAP_ACCESS_KEY_ID one of an administrator';
/** Empty variables count as absent. */
const NOTHING_GIVEN = { BOOTSTRAP_ACCESS_KEY_ID: '', BOOTSTRAP_ACCESS_KEY_SECRET: '' };

describe('an installation that is given no access key', () => {
  let stack: PrivateStack;

  beforeAll(async () => {
    stack = await startPrivateStack({ gateways: 0, variables: NOTHING_GIVEN });
  });

  afterAll(() => stack.stop());

  it('makes the first administrator, and says the secret once', async () => {
    const [, id = '', secret = ''] = GENERATED.exec(stack.controlPlanes[0]?.output() ?? '') ?? [];
    const { body } = await callToken(stack, 'create', { id, secret }, GRANT);
    const api = new Api(stack.address.controlUrl, 'none', 0, body.access_token);
    const { user } = await api.okPath('GET', '/v2.0/users/me');
    expect(user).toMatchObject({ userName: 'administrator', isAdministrator: true, disabled: false });
    const again = await stack.startControlPlane();
    expect(again.output()).not.toMatch(GENERATED);
    expect(again.output()).not.toContain(secret);
    expect(await stack.query('SELECT id FROM user_account')).toHaveLength(1);
  });
});

describe('an installation that is given an access key', () => {
  let stack: PrivateStack;

  beforeAll(async () => {
    stack = await startPrivateStack({ gateways: 0 });
  });

  afterAll(() => stack.stop());

  const users = async (): Promise<Json[]> => stack.query('SELECT id FROM user_account');
  const canEnter = async (id: string, secret: string): Promise<boolean> =>
    (await callToken(stack, 'create', { id, secret }, GRANT)).status === 200;
  /** Whether the access key is one of an administrator. */
  const administers = async (id: string, secret: string): Promise<boolean> => {
    const { body } = await callToken(stack, 'create', { id, secret }, GRANT);
    const api = new Api(stack.address.controlUrl, 'none', 0, body.access_token ?? 'none');
    return (await api.callPath('GET', '/v2.0/users')).status === 200;
  };
  /** Starts a control plane with this access key, and ends it again; gives what it has printed. */
  const restart = async ({ id, secret }: AccessKey): Promise<string> => {
    const variables = { BOOTSTRAP_ACCESS_KEY_ID: id, BOOTSTRAP_ACCESS_KEY_SECRET: secret };
    const started = await stack.startControlPlane(variables);
    await started.stop();
    expect(started.output()).not.toContain(secret);
    return started.output();
  };
  /** Takes from everybody what it takes to administer, as nothing but SQL can. */
  const lockOut = () => stack.query('UPDATE user_account SET disabled = true');

  it('has one administrator with it', async () => {
    const { user } = await (await asAdministrator(stack)).okPath('GET', '/v2.0/users/me');
    expect(user).toMatchObject({ userName: 'administrator', isAdministrator: true });
    expect(await users()).toHaveLength(1);
  });

  it('says nothing when it is started with the same again', async () => {
    expect(await restart(administratorKey)).not.toContain('BOOTSTRAP_ACCESS_KEY');
    expect(await canEnter(administratorKey.id, administratorKey.secret)).toBe(true);
  });

  it('ignores another one while somebody administers, and says so', async () => {
    const other = { id: 'another-key', secret: newSecret() };
    expect(await restart(other)).toContain(`${IGNORED}, and the id is unknown`);
    expect(await canEnter(other.id, other.secret)).toBe(false);
  });

  it('ignores another secret while somebody administers, and says so', async () => {
    const other = { id: administratorKey.id, secret: newSecret() };
    const token = (await asAdministrator(stack)).token ?? '';
    expect(await restart(other)).toContain(`${IGNORED}, and the secret is another one`);
    expect(await canEnter(other.id, other.secret)).toBe(false);
    const api = new Api(stack.address.controlUrl, 'none', 0, token);
    expect((await api.callPath('GET', '/v2.0/users/me')).status).toBe(200);
  });

  it('does not get one back that was deleted, disabled or of somebody who was disabled or demoted', async () => {
    const admin = await asAdministrator(stack);
    const gone = await newUser(stack, { isAdministrator: true });
    const one = `/v2.0/users/${gone.userId}`;
    const key = `${one}/access-keys/${gone.accessKey.id}`;
    const administersAfterRestart = async () => {
      await restart(gone.accessKey);
      return administers(gone.accessKey.id, gone.accessKey.secret);
    };
    expect(await administersAfterRestart()).toBe(true);
    await admin.okPath('PUT', one, { userName: 'x', isAdministrator: false });
    expect(await administersAfterRestart()).toBe(false);
    await admin.okPath('PUT', one, { userName: 'x', isAdministrator: true, disabled: true });
    expect(await administersAfterRestart()).toBe(false);
    await admin.okPath('PUT', one, { userName: 'x', disabled: false });
    await admin.okPath('PUT', key, { accessKeyName: 'x', disabled: true });
    expect(await administersAfterRestart()).toBe(false);
    await admin.okPath('DELETE', key);
    expect(await administersAfterRestart()).toBe(false);
  });

  it.each([
    ['the access key is disabled', 'UPDATE user_access_key SET disabled = true WHERE user_id = $1'],
    ['its user is disabled', 'UPDATE user_account SET disabled = true WHERE id = $1'],
    ['its user is no administrator', 'UPDATE user_account SET is_administrator = false WHERE id = $1'],
  ])('has an administrator with it again when nobody else administers and %s', async (_what, damage) => {
    const user = await newUser(stack, { isAdministrator: true });
    const old = await newAccessKey(user.userId);
    await lockOut();
    await stack.query('UPDATE user_account SET disabled = false WHERE id = $1', [user.userId]);
    await stack.query(`UPDATE user_access_key SET disabled = true WHERE id = $1`, [old.id]);
    await stack.query(damage, [user.userId]);
    const before = await users();
    expect(await restart(user.accessKey)).toContain(APPLIED);
    expect(await administers(user.accessKey.id, user.accessKey.secret)).toBe(true);
    expect(await users()).toEqual(before);
  });

  it('lets nobody in but with the given secret when it brings an administrator back', async () => {
    const user = await newUser(stack, { isAdministrator: true });
    const other = await newAccessKey(user.userId);
    await lockOut();
    const given = { id: user.accessKey.id, secret: newSecret() };
    await restart(given);
    expect(await administers(given.id, given.secret)).toBe(true);
    expect(await canEnter(given.id, user.accessKey.secret)).toBe(false);
    expect(await canEnter(other.id, other.secret)).toBe(false);
    const api = new Api(stack.address.controlUrl, 'none', 0, user.token);
    expectError(await api.callPath('GET', '/v2.0/users/me'), 'TOKEN_INVALID');
  });

  it('gives an unknown one to an administrator who has none, and brings nobody back who is disabled', async () => {
    await lockOut();
    const keyless = await newUser(stack, { isAdministrator: true });
    await stack.query('DELETE FROM user_access_key WHERE user_id = $1', [keyless.userId]);
    const first = { id: newId(), secret: newSecret() };
    await restart(first);
    expect(await ownerOf(first.id)).toBe(keyless.userId);
    expect(await administers(first.id, first.secret)).toBe(true);
    await lockOut();
    const before = await users();
    const second = { id: newId(), secret: newSecret() };
    await restart(second);
    expect(await administers(second.id, second.secret)).toBe(true);
    expect(before).not.toContainEqual({ id: await ownerOf(second.id) });
    expect(await stack.query('SELECT id FROM user_account WHERE NOT disabled')).toHaveLength(1);
  });

  it('is the same when two control planes are started at once', async () => {
    await lockOut();
    const given = { id: 'third-key', secret: newSecret() };
    const count = (await users()).length;
    await Promise.all([restart(given), restart(given)]);
    expect(await administers(given.id, given.secret)).toBe(true);
    expect(await users()).toHaveLength(count + 1);
  });

  const ownerOf = async (id: string): Promise<string | undefined> =>
    (await stack.query<{ owner: string }>('SELECT user_id AS owner FROM user_access_key WHERE id = $1', [id]))[0]
      ?.owner;
  /** Another access key of a user, past the control plane. */
  const newAccessKey = async (userId: string): Promise<AccessKey> => {
    const key = { id: newId(), secret: newSecret() };
    await stack.query(
      `INSERT INTO user_access_key (id, user_id, name, secret_hash) VALUES ($1, $2, 'x', encode(sha256($3), 'hex'))`,
      [key.id, userId, Buffer.from(key.secret)],
    );
    return key;
  };

  it('is not started with an id without its secret', async () => {
    const { code, output } = await runProcessToEnd('control-plane', {
      ...stack.variables,
      PORT: '0',
      HOST: '127.0.0.1',
      BOOTSTRAP_ACCESS_KEY_ID: 'only-the-id',
      BOOTSTRAP_ACCESS_KEY_SECRET: '',
    });
    expect(code).toBe(1);
    expect(output).toContain('BOOTSTRAP_ACCESS_KEY_SECRET: must be set when BOOTSTRAP_ACCESS_KEY_ID is');
  });

  it('removes expired tokens when it starts', async () => {
    const user = await newUser(stack);
    await newToken(stack, user, { lifetimeSeconds: -1 });
    await stack.query(
      `INSERT INTO access_token (hash, user_id, access_key_id, expires_at)
       SELECT 'old' || n, $1, $2, now() - interval '1 day' FROM generate_series(1, 12000) n`,
      [user.userId, user.accessKey.id],
    );
    await stack.startControlPlane();
    const tokens = () => stack.query('SELECT hash FROM access_token WHERE user_id = $1', [user.userId]);
    while ((await tokens()).length > 1) await delay(POLL_INTERVAL_MS);
    expect((await new Api(stack.address.controlUrl, '', 0, user.token).callPath('GET', '/v2.0/users/me')).status).toBe(
      200,
    );
  });
});

describe('V1_ENABLED=false', () => {
  let stack: PrivateStack;
  let api: Api;

  beforeAll(async () => {
    stack = await startPrivateStack({ gateways: 0, variables: { V1_ENABLED: 'false', TOKEN_LIFETIME_SECONDS: '60' } });
    api = await stack.newProject(0);
  });

  afterAll(() => stack.stop());

  it.each([
    ['GET', '/appkeys/{appKey}/services'],
    ['POST', '/appkeys/{appKey}/services'],
    ['GET', '/error-codes'],
    ['GET', '/nothing'],
    ['GET', '/%zz'],
  ])('makes %s /v1.0%s a URL that does not exist', async (method, path) => {
    const answer = await fetch(`${stack.address.controlUrl}/v1.0${path.replace('{appKey}', api.appKey)}`, { method });
    expectError({ status: answer.status, body: await answer.json() }, 'URL_NOT_FOUND');
  });

  it('makes v1.0 no easier to reach by other spellings', async () => {
    for (const start of ['/v1%2E0', '/V1.0', '//v1.0', '/v2.0/../v1.0']) {
      const answer = await fetch(`${stack.address.controlUrl}${start}/appkeys/${api.appKey}/services`);
      expect([start, answer.status]).toEqual([start, 404]);
    }
  });

  it('leaves v2.0 as it is, and v1.0 out of the OpenAPI document', async () => {
    const admin = await asAdministrator(stack);
    expect((await api.withToken(admin.token ?? '').call('GET', '/services')).status).toBe(200);
    const document: Json = await (await fetch(`${stack.address.controlUrl}/openapi.json`)).json();
    const paths = Object.keys(document.paths);
    expect(paths.filter((path) => path.startsWith('/v1.0'))).toEqual([]);
    expect(document.paths['/v2.0/appkeys/{appKey}/services'].get.operationId).toBe('listServicesV2');
  });

  it('goes with any lifetime of tokens: TOKEN_LIFETIME_SECONDS', async () => {
    const { accessKey } = await newUser(stack);
    expect((await callToken(stack, 'create', accessKey, GRANT)).body.expires_in).toBe(60);
  });
});
