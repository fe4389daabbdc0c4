import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/kernel/ids.js';
import { Api, type Json } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { SpokenGateway } from '../harness/spoken-gateway.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { asAdministrator, newGatewayToken, newToken, newUser, projectIdOf } from '../harness/users.js';

const TOKENS = '/v2.0/gateway-tokens';

let stack: PrivateStack;
let admin: Api;

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 0, controlPlanes: 2, variables: { REGIONS: 'KR1,KR2' } });
  admin = await asAdministrator(stack);
});

afterAll(() => stack.stop());

const create = async (gatewayTokenName: string, regionCode: string): Promise<Json> =>
  (await admin.okPath('POST', TOKENS, { gatewayTokenName, regionCode })).gatewayToken;
const read = async (id: string): Promise<Json> => (await admin.okPath('GET', `${TOKENS}/${id}`)).gatewayToken;

describe('a gateway token', () => {
  it('is made for a region by an administrator, and shows its value this once', async () => {
    const { gatewayTokenValue, ...shown } = await create('rack 4', 'KR2');
    expect(shown).toEqual({
      gatewayTokenId: expect.any(String),
      gatewayTokenName: 'rack 4',
      regionCode: 'KR2',
      createdAt: expect.stringMatching(/Z$/),
      lastUsedAt: null,
      revokedAt: null,
      gatewayList: [],
    });
    // 32 of 62 signs have 190 random bits.
    expect(gatewayTokenValue).toMatch(/^[A-Za-z0-9]{32,}$/);
    expect(await read(shown.gatewayTokenId)).toEqual(shown);
    const list = await admin.okPath('GET', `${TOKENS}?limit=1000`);
    expect(list.gatewayTokenList).toContainEqual(shown);
    const stored = JSON.stringify([list, await stack.query('SELECT * FROM gateway_token')]);
    expect(stored).not.toContain(gatewayTokenValue);
  });

  it('has a value of its own, however many are made at once', async () => {
    const made = await Promise.all(Array.from({ length: 50 }, () => newGatewayToken(admin)));
    expect(new Set(made.map(({ value }) => value)).size).toBe(50);
  });

  it('says which gateways use it, and when it was used last', async () => {
    const token = await newGatewayToken(admin);
    const gateway = new SpokenGateway(newId(), stack, undefined, token.value);
    await gateway.manifest();
    const { lastUsedAt, gatewayList } = await read(token.id);
    expect(gatewayList).toEqual([{ gatewayId: gateway.id, lastSeenAt: expect.stringMatching(/Z$/) }]);
    expect(Math.abs(Date.now() - Date.parse(lastUsedAt))).toBeLessThan(60_000);
    await gateway.call('DELETE', `/gateways/${gateway.id}`);
    expect((await read(token.id)).gatewayList).toEqual([]);
  });

  it('stays in the list when it is revoked, with the time of the first revocation', async () => {
    const token = await newGatewayToken(admin);
    await new SpokenGateway(newId(), stack, undefined, token.value).manifest();
    await admin.okPath('DELETE', `${TOKENS}/${token.id}`);
    const revoked = await read(token.id);
    expect(revoked).toMatchObject({ revokedAt: expect.stringMatching(/Z$/), gatewayList: [] });
    await admin.okPath('DELETE', `${TOKENS}/${token.id}`);
    expect(await read(token.id)).toEqual(revoked);
  });

  it('is revoked once by fifty who do it at once on two control planes', async () => {
    const token = await newGatewayToken(admin);
    const codes = await fiftyAtOnce((index) => {
      const controlPlane = stack.controlPlanes[index % 2];
      const client = new Api(controlPlane?.url ?? '', 'none', 0, admin.token);
      return client.callPath('DELETE', `${TOKENS}/${token.id}`);
    });
    expect(codes).toEqual({ 0: 50 });
  });

  it.each([
    [{ regionCode: 'KR1' }, 'gatewayTokenName'],
    [{ regionCode: 'KR1', gatewayTokenName: '' }, 'gatewayTokenName'],
    [{ regionCode: 'KR1', gatewayTokenName: 'a'.repeat(51) }, 'gatewayTokenName'],
    [{ regionCode: 'KR1', gatewayTokenName: 'a\0' }, 'gatewayTokenName'],
    [{ gatewayTokenName: 'a' }, 'regionCode'],
    [{ gatewayTokenName: 'a', regionCode: 'XX1' }, 'regionCode'],
    [{ gatewayTokenName: 'a', regionCode: 'KR1', gatewayTokenValue: 'x'.repeat(40) }, 'gatewayTokenValue'],
  ])('is not made with %j', async (body, field) => {
    const { totalCount } = (await admin.okPath('GET', TOKENS)).paging;
    expectError(await admin.callPath('POST', TOKENS, body), 'INVALID_INPUT', [field]);
    expect((await admin.okPath('GET', TOKENS)).paging.totalCount).toBe(totalCount);
  });

  it('that does not exist is named in the errorList', async () => {
    for (const method of ['GET', 'DELETE']) {
      expectError(await admin.callPath(method, `${TOKENS}/${newId()}`), 'INVALID_PARAMETER', ['gatewayTokenId']);
    }
  });

  it('is managed by nobody but administrators, and not with a token for one project', async () => {
    const { id } = await newGatewayToken(admin);
    const administrator = await newUser(stack, { isAdministrator: true });
    const projectId = await projectIdOf(stack, await stack.newProject(0));
    const limited = await newToken(stack, administrator, { projectId });
    for (const who of [limited, (await newUser(stack)).token]) {
      const api = admin.withToken(who);
      const body = { gatewayTokenName: 'x', regionCode: 'KR1' };
      expectError(await api.callPath('GET', TOKENS), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('POST', TOKENS, body), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('GET', `${TOKENS}/${id}`), 'USER_NOT_ALLOWED');
      expectError(await api.callPath('DELETE', `${TOKENS}/${id}`), 'USER_NOT_ALLOWED');
    }
    expect((await read(id)).revokedAt).toBeNull();
  });
});

describe('the list of gateway tokens', () => {
  it('is that of a region when one is given, and empty for one that there is not', async () => {
    const { gatewayTokenId } = await create('of KR2', 'KR2');
    const { gatewayTokenList } = await admin.okPath('GET', `${TOKENS}?regionCode=KR2&limit=1000`);
    expect(new Set(gatewayTokenList.map((one: Json) => one.regionCode))).toEqual(new Set(['KR2']));
    expect(gatewayTokenList.at(-1).gatewayTokenId).toBe(gatewayTokenId);
    const none = await admin.okPath('GET', `${TOKENS}?regionCode=XX1`);
    expect(none).toMatchObject({ gatewayTokenList: [], paging: { totalCount: 0 } });
  });
});
