import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, type ApiAnswer } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator } from '../harness/users.js';

const IGNORED = 'BOOTSTRAP_APP_KEY is ignored';

describe('the first project', () => {
  let stack: PrivateStack;

  beforeAll(async () => {
    stack = await startPrivateStack({ gateways: 0, variables: { BOOTSTRAP_APP_KEY: 'given-app-key' } });
  });

  afterAll(() => stack.stop());

  const call = (appKey: string): Promise<ApiAnswer> =>
    new Api(stack.address.controlUrl, appKey, 0).call('GET', '/services');
  const appKeys = async (): Promise<string[]> =>
    (await stack.query<{ value: string }>('SELECT value FROM app_key ORDER BY value')).map(({ value }) => value);
  /** Starts a control plane with this appKey, and ends it again; gives what it has printed. */
  const restart = async (appKey: string): Promise<string> => {
    const started = await stack.startControlPlane({ BOOTSTRAP_APP_KEY: appKey });
    await started.stop();
    return started.output();
  };

  it('is opened by BOOTSTRAP_APP_KEY, at every further start too', async () => {
    expect((await call('given-app-key')).status).toBe(200);
    expect(await restart('given-app-key')).not.toContain(IGNORED);
    expect((await call('given-app-key')).status).toBe(200);
    expect(await stack.query('SELECT name FROM project')).toEqual([{ name: 'default' }]);
  });

  it('gets no other appKey by another start, which says so', async () => {
    expect(await restart('other-app-key')).toContain(IGNORED);
    expectError(await call('other-app-key'), 'INVALID_APP_KEY');
    expect(await appKeys()).toEqual(['given-app-key']);
  });

  it('leaves its appKey to no other project when it is deleted', async () => {
    const admin = await asAdministrator(stack);
    const [{ projectId }] = (await admin.okPath('GET', '/v2.0/projects')).projectList;
    const { appKey } = await admin.okPath('POST', '/v2.0/projects', { projectName: 'of somebody else' });
    await admin.okPath('DELETE', `/v2.0/projects/${projectId}`);
    expect(await restart('given-app-key')).toContain(IGNORED);
    expectError(await call('given-app-key'), 'INVALID_APP_KEY');
    expect(await appKeys()).toEqual([appKey.appKey]);
  });

  it('is made again, with the appKey, when there is no project at all', async () => {
    await stack.query('DELETE FROM project');
    const outputs = await Promise.all([restart('given-app-key'), restart('given-app-key')]);
    expect(outputs.join('')).not.toContain(IGNORED);
    expect((await call('given-app-key')).status).toBe(200);
    expect(await stack.query('SELECT name FROM project')).toEqual([{ name: 'default' }]);
  });
});
