import { beforeAll, describe, expect, it } from '@jest/globals';
import type { AccessPolicy, AccessPolicyValue } from '../../src/contract/access.js';
import { parseAddressSet } from '../../src/kernel/addresses.js';
import type { Answer } from './support/client.js';
import { mockRoute, pathOf, pluginOf } from './support/snapshots.js';
import { useGateway } from './support/suite.js';
import { until } from './support/until.js';

const trustedProxies = parseAddressSet('127.0.0.1');
const gateway = useGateway(trustedProxies ? { trustedProxies } : {});

const members: AccessPolicy = {
  id: 'members',
  keyType: 'PATH_VARIABLE',
  keyName: 'memberId',
  defaultRequestsPerSecond: 2,
  tellsRemaining: true,
};
const tenants: AccessPolicy = {
  id: 'tenants',
  keyType: 'HEADER',
  keyName: 'X-Tenant',
  defaultRequestsPerSecond: null,
  tellsRemaining: false,
};
const value = (policyId: string, text: string, parts: Partial<AccessPolicyValue> = {}): AccessPolicyValue => ({
  id: `${policyId}-${text}`,
  policyId,
  value: text,
  requestsPerSecond: null,
  addresses: null,
  ...parts,
});
const policyValues = [
  value('members', 'vip', { requestsPerSecond: 4 }),
  value('members', 'plain'),
  value('tenants', 'inside', { addresses: { type: 'ALLOW', list: ['10.0.0.1/24', '2001:db8::/32'] } }),
  value('tenants', 'banned', { addresses: { type: 'DENY', list: ['10.0.0.7'] } }),
  value('tenants', 'slow', { requestsPerSecond: 1 }),
];

const restricted = (policyId: string) => pluginOf('REQUEST_RESTRICTION', { requestRestrictionPolicyId: policyId });
const codeOf = (answer: Answer): number => (answer.status === 200 ? 200 : answer.json().header.resultCode);
const codes = async (count: number, call: () => Promise<Answer>) =>
  (await Promise.all(Array.from({ length: count }, call))).map(codeOf).toSorted((a, b) => a - b);
const untilAnswered = (code: number, call: () => Promise<Answer>) => until(async () => codeOf(await call()) === code);
const asTenant =
  (tenant: string, address = '10.0.0.5') =>
  () =>
    gateway().call('/tenants', { headers: { 'x-tenant': tenant, 'x-forwarded-for': address } });

beforeAll(async () => {
  const byMember = [restricted('members')];
  await gateway().deploy([
    pathOf('/members/{memberId}', [
      mockRoute('GET', '', { plugins: byMember }),
      mockRoute('POST', '', { plugins: byMember }),
    ]),
    pathOf('/tenants', [mockRoute('GET', '', { plugins: [restricted('tenants')] })]),
    pathOf('/unknown', [mockRoute('GET', '', { plugins: [restricted('nowhere')] })]),
  ]);
  gateway().controlPlane.access.change({ policies: [members, tenants], policyValues });
  await until(async () => codeOf(await asTenant('inside', '1.1.1.1')()) === 4031007);
});

describe('REQUEST_RESTRICTION', () => {
  it("limits each value by the policy's default, on all routes together, and tells what is left", async () => {
    const get = await gateway().call('/members/1');
    expect([get.status, get.headers['x-nhn-ratelimit-remaining'], get.headers.ratelimit]).toEqual([
      200,
      '1',
      '"restriction";r=1;t=1',
    ]);
    const post = await gateway().call('/members/1', { method: 'POST' });
    expect([post.status, post.headers['x-nhn-ratelimit-remaining']]).toEqual([200, '0']);
    const refused = await gateway().call('/members/1');
    expect([codeOf(refused), refused.headers['x-nhn-ratelimit-remaining'], refused.headers['retry-after']]).toEqual([
      4291000,
      '0',
      '1',
    ]);
    expect(codeOf(await gateway().call('/members/2'))).toBe(200);
  });

  it('lets a value have its own limit; without one the default holds', async () => {
    expect(await codes(6, () => gateway().call('/members/vip'))).toEqual([200, 200, 200, 200, 4291000, 4291000]);
    expect(await codes(4, () => gateway().call('/members/plain'))).toEqual([200, 200, 4291000, 4291000]);
  });

  it('without a default limits nothing but the values that say so, and tells nothing unless asked to', async () => {
    expect(await codes(5, asTenant('anybody'))).toEqual([200, 200, 200, 200, 200]);
    expect(await codes(3, asTenant('slow'))).toEqual([200, 4291000, 4291000]);
    const { headers } = await asTenant('slow')();
    expect(Object.keys(headers).filter((name) => /ratelimit/.test(name))).toEqual([]);
  });

  it('lets a value be used from allowed addresses alone, and from denied ones not', async () => {
    expect(codeOf(await asTenant('inside', '10.0.0.200')())).toBe(200);
    expect(codeOf(await asTenant('inside', '2001:db8::5')())).toBe(200);
    expect(codeOf(await asTenant('inside', '10.0.1.1')())).toBe(4031007);
    expect(codeOf(await asTenant('banned', '10.0.0.7')())).toBe(4031007);
    expect(codeOf(await asTenant('banned', '10.0.0.8')())).toBe(200);
  });

  it('does not concern requests without a value', async () => {
    expect(codeOf(await gateway().call('/tenants'))).toBe(200);
    expect(codeOf(await asTenant('')())).toBe(200);
  });

  it('stays shut while its policy is not known', async () => {
    expect((await gateway().call('/unknown')).status).toBe(500);
  });

  it('follows its policy without a deployment', async () => {
    const { access } = gateway().controlPlane;
    access.change({ removed: [{ kind: 'POLICY_VALUE', id: 'tenants-banned' }] });
    await untilAnswered(200, asTenant('banned', '10.0.0.7'));
    access.change({ policies: [{ ...tenants, keyName: 'X-Other' }] });
    await untilAnswered(200, asTenant('inside', '1.1.1.1'));
    access.change({ policies: [tenants] });
    await untilAnswered(4031007, asTenant('inside', '1.1.1.1'));
    expect(codeOf(await asTenant('inside')())).toBe(200);
  });
});
