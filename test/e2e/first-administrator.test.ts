import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newSecret } from '../../src/kernel/ids.js';
import { Api, type Json } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { runProcessToEnd } from '../harness/process.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, callToken, newToken, newUser } from '../harness/users.js';

const POLL_INTERVAL_MS = 50;
const GRANT = { grant_type: 'client_credentials' };
const GENERATED = /its access key is (\S+), with the secret ([A-Za-z0-9]{40})/;
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
  /** Starts a control plane with this access key, and ends it again; gives what it has printed. */
  const restart = async (id: string, secret: string): Promise<string> => {
    const variables = { BOOTSTRAP_ACCESS_KEY_ID: id, BOOTSTRAP_ACCESS_KEY_SECRET: secret };
    const started = await stack.startControlPlane(variables);
    await started.stop();
    return started.output();
  };

  it('has one administrator with it', async () => {
    const { user } = await (await asAdministrator(stack)).okPath('GET', '/v2.0/users/me');
    expect(user).toMatchObject({ userName: 'administrator', isAdministrator: true });
    expect(await users()).toHaveLength(1);
  });

  it('adds another one to the same administrator when it is started with that, and prints no secret', async () => {
    const secret = newSecret();
    expect(await restart('another-key', secret)).not.toContain(secret);
    expect(await canEnter('another-key', secret)).toBe(true);
    expect(await users()).toHaveLength(1);
  });

  it('gives a known one the new secret that it is started with, and takes back what the old one has opened', async () => {
    const [old, secret] = ['o'.repeat(40), newSecret()];
    await stack.query(
      `INSERT INTO user_access_key (id, user_id, name, secret_hash)
       SELECT 'known-key', id, 'x', encode(sha256($1), 'hex') FROM user_account LIMIT 1`,
      [Buffer.from(old)],
    );
    const { body } = await callToken(stack, 'create', { id: 'known-key', secret: old }, GRANT);
    await restart('known-key', secret);
    expect([await canEnter('known-key', old), await canEnter('known-key', secret)]).toEqual([false, true]);
    const api = new Api(stack.address.controlUrl, 'none', 0, body.access_token);
    expectError(await api.callPath('GET', '/v2.0/users/me'), 'TOKEN_INVALID');
  });

  it('is the same when two control planes are started at once', async () => {
    const secret = newSecret();
    await Promise.all([restart('third-key', secret), restart('third-key', secret)]);
    expect(await canEnter('third-key', secret)).toBe(true);
    expect(await users()).toHaveLength(1);
  });

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
