import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import type { Api, ApiAnswer } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { fiftyAtOnce } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';
import { asAdministrator, newUser, projectIdOf } from '../harness/users.js';

let stack: Stack;
let admin: Api;
let api: Api;
/** A service of another project. */
let other: { readonly api: Api; readonly path: string };

beforeAll(async () => {
  stack = await useStack();
  admin = await asAdministrator(stack);
  const client = await stack.newProject();
  other = { api: client, path: `/services/${await client.createService('other')}` };
});

beforeEach(async () => {
  api = await stack.newProject();
});

/** A call, and what holds it up: a statement with its value. */
interface Busy {
  readonly held: readonly [sql: string, value: string];
  readonly call: (index: number) => Promise<ApiAnswer>;
  /** The code that all calls come to; 0 when absent. */
  readonly code?: number;
}

const row = (table: string, id: string): Busy['held'] => [`SELECT 1 FROM ${table} WHERE id = $1 FOR UPDATE`, id];
/** Of {@link lockAdministrators}. */
const administrators: Busy['held'] = ['SELECT pg_advisory_xact_lock($1)', '7226553003'];
const REFUSED = 400_100_000;

const busy: Record<string, () => Promise<Busy>> = {
  'resources of a service': async () => {
    const id = await api.createService('busy');
    const body = (index: number) => ({ resourcePathList: [{ path: `/p${index}` }] });
    return {
      held: row('service', id),
      call: (index) => api.call('POST', `/services/${id}/resources`, body(index)),
    };
  },
  'API keys of a project': async () => ({
    held: row('project', await projectIdOf(stack, api)),
    call: () => api.call('POST', '/apikeys', { apiKeyName: 'x', apiKeyStatus: 'ACTIVE' }),
  }),
  'usage plans of a project': async () => ({
    held: row('project', await projectIdOf(stack, api)),
    call: () => api.call('POST', '/usage-plans', { usagePlanName: 'x' }),
  }),
  'a custom domain that is connected': async () => {
    const serviceId = await api.createService();
    await api.importSwagger(serviceId, mockDocument());
    const { stageId } = await api.createStage(serviceId, 'http://127.0.0.1:10080');
    const { customDomain } = await api.ok('POST', '/custom-domains', { customDomain: `${newId()}.example.com` });
    const { customDomainId: id } = customDomain;
    await api.ok('POST', `/services/${serviceId}/stages/${stageId}/custom-domains/${id}`);
    return { held: row('custom_domain', id), call: () => api.call('DELETE', `/custom-domains/${id}`), code: REFUSED };
  },
  'the name of a project': async () => {
    const id = await projectIdOf(stack, api);
    return {
      held: row('project', id),
      call: () => admin.callPath('PUT', `/v2.0/projects/${id}`, { projectName: 'x' }),
    };
  },
  'the members of a project': async () => {
    const id = await projectIdOf(stack, api);
    const { userId } = await newUser(stack);
    const member = `/v2.0/projects/${id}/members/${userId}`;
    return { held: row('project', id), call: () => admin.callPath('PUT', member, { role: 'VIEWER' }) };
  },
  'members who are taken out of a project': async () => {
    const id = await projectIdOf(stack, api);
    const call = () => admin.callPath('DELETE', `/v2.0/projects/${id}/members/${newId()}`);
    return { held: row('project', id), call, code: REFUSED };
  },
  'an appKey': async () => {
    const appKeys = `/v2.0/projects/${await projectIdOf(stack, api)}/appkeys`;
    const [{ appKeyId }] = (await admin.okPath('GET', appKeys)).appKeyList;
    return {
      held: row('app_key', appKeyId),
      call: () => admin.callPath('PUT', `${appKeys}/${appKeyId}`, { appKeyName: 'x' }),
    };
  },
  'an appKey that something was made under': async () => {
    await api.createService();
    const appKeys = `/v2.0/projects/${await projectIdOf(stack, api)}/appkeys`;
    const [{ appKeyId }] = (await admin.okPath('GET', appKeys)).appKeyList;
    const call = () => admin.callPath('DELETE', `${appKeys}/${appKeyId}`);
    return { held: row('app_key', appKeyId), call, code: REFUSED };
  },
  users: async () => {
    const { userId } = await newUser(stack);
    return { held: administrators, call: () => admin.callPath('PUT', `/v2.0/users/${userId}`, { userName: 'x' }) };
  },
  'access keys of many users': async () => {
    const users = await Promise.all(Array.from({ length: 50 }, () => newUser(stack)));
    const path = (index: number) => `/v2.0/users/${users[index]?.userId}/access-keys/${users[index]?.accessKey.id}`;
    return { held: administrators, call: (index) => admin.callPath('PUT', path(index), { accessKeyName: 'x' }) };
  },
  'access keys of many users that are deleted': async () => {
    const users = await Promise.all(Array.from({ length: 50 }, () => newUser(stack)));
    const path = (index: number) => `/v2.0/users/${users[index]?.userId}/access-keys/${users[index]?.accessKey.id}`;
    return { held: administrators, call: (index) => admin.callPath('DELETE', path(index)) };
  },
};

describe('fifty clients who wait for', () => {
  it.each(Object.keys(busy))('%s keep no clients of other projects waiting', async (name) => {
    const arranged = await busy[name]?.();
    if (!arranged) throw new Error('There is no such case');
    const { held, call, code = 0 } = arranged;
    const holder = await stack.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(held[0], [held[1]]);
      const waiting = fiftyAtOnce(call);
      await stack.waitForLockWaiter(holder);
      const served = await fiftyAtOnce(() => other.api.call('PUT', other.path, { apigwServiceName: 'served' }));
      await holder.query('ROLLBACK');
      expect(served).toEqual({ 0: 50 });
      expect(await waiting).toEqual({ [code]: 50 });
    } finally {
      await holder.end();
    }
  });
});
