import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newSecret } from '../../src/kernel/ids.js';
import type { Api, Json } from '../harness/api.js';
import { expectError, fiftyAtOnce } from '../harness/expectations.js';
import { withRowFault } from '../harness/faults.js';
import { newPlanWorld } from '../harness/plans.js';
import { type Stack, useStack } from '../harness/stack.js';

let stack: Stack;
let api: Api;

beforeAll(async () => {
  stack = await useStack();
});

beforeEach(async () => {
  api = await stack.newProject();
});

const create = (more: object = {}, client = api) =>
  client.call('POST', '/apikeys', { apiKeyName: 'User1', apiKeyStatus: 'ACTIVE', ...more });
const made = async (more: object = {}): Promise<Json> => (await create(more)).body.apiKey;
const list = async (query = ''): Promise<Json[]> => (await api.ok('GET', `/apikeys${query}`)).apiKeyList;
const names = async (query = ''): Promise<string[]> => (await list(query)).map((key) => key.apiKeyName);
const custom = (): string => newSecret().slice(0, 20);

describe('an API key', () => {
  it('is created with the fields of the contract and values of 40 letters and digits', async () => {
    const apiKey = await made({ apiKeyDescription: 'For User1' });
    expect(apiKey).toEqual({
      appKey: api.appKey,
      apiKeyId: expect.any(String),
      apiKeyName: 'User1',
      apiKeyDescription: 'For User1',
      primaryApiKey: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      secondaryApiKey: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
      apiKeyStatus: 'ACTIVE',
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
    });
    expect(apiKey.primaryApiKey).not.toBe(apiKey.secondaryApiKey);
    expect(await list()).toEqual([apiKey]);
  });

  it('takes the values that it is given', async () => {
    const values = { primaryApiKey: custom(), secondaryApiKey: newSecret() };
    expect(await made({ ...values, apiKeyStatus: 'INACTIVE' })).toMatchObject({ ...values, apiKeyStatus: 'INACTIVE' });
    const half = custom();
    expect(await made({ primaryApiKey: half, secondaryApiKey: null })).toMatchObject({
      primaryApiKey: half,
      secondaryApiKey: expect.stringMatching(/^[A-Za-z0-9]{40}$/),
    });
  });

  it('stands in the database sealed and as a hash alone', async () => {
    const { apiKeyId, primaryApiKey, secondaryApiKey } = await made();
    const rows = await stack.query(
      'SELECT k::text || v::text AS text FROM api_key k JOIN api_key_value v ON k.id = v.api_key_id WHERE k.id = $1',
      [apiKeyId],
    );
    expect(rows).toHaveLength(2);
    for (const { text } of rows) {
      expect(text).toContain('sealed:v1:');
      expect(text).not.toContain(primaryApiKey);
      expect(text).not.toContain(secondaryApiKey);
    }
  });

  it('is modified in name, description and status; the values stay', async () => {
    const apiKey = await made({ apiKeyDescription: 'before' });
    const change = { apiKeyName: 'User2', apiKeyStatus: 'INACTIVE' };
    const { apiKey: changed } = await api.ok('PUT', `/apikeys/${apiKey.apiKeyId}`, change);
    expect(changed).toEqual({ ...apiKey, ...change, apiKeyDescription: '', updatedAt: expect.any(String) });
    expect(changed.updatedAt > apiKey.updatedAt).toBe(true);
    expect(await list()).toEqual([changed]);
  });

  it.each([
    [{ apiKeyName: '' }, 'apiKeyName'],
    [{ apiKeyStatus: undefined }, 'apiKeyStatus'],
    [{ apiKeyDescription: 'a'.repeat(201) }, 'apiKeyDescription'],
    [{ primaryApiKey: 'a'.repeat(20) }, 'primaryApiKey'],
  ])('is not modified with %j', async (change, field) => {
    const before = await made();
    const body = { apiKeyName: 'User2', apiKeyStatus: 'INACTIVE', ...change };
    expectError(await api.call('PUT', `/apikeys/${before.apiKeyId}`, body), 'INVALID_INPUT', [field]);
    expect(await list()).toEqual([before]);
  });

  it('is gone with its values when it is deleted, and they are free again', async () => {
    const { apiKeyId, primaryApiKey } = await made();
    await api.ok('DELETE', `/apikeys/${apiKeyId}`);
    expectError(await api.call('DELETE', `/apikeys/${apiKeyId}`), 'API_KEY_NOT_FOUND');
    expect(await list()).toEqual([]);
    expect(await stack.query('SELECT 1 FROM api_key_value WHERE api_key_id = $1', [apiKeyId])).toEqual([]);
    expect(await made({ primaryApiKey })).toMatchObject({ primaryApiKey });
  });

  it('of another project does not exist', async () => {
    const apiKey = await made();
    const stranger = await stack.newProject();
    const path = `/apikeys/${apiKey.apiKeyId}`;
    const change = { apiKeyName: 'a', apiKeyStatus: 'ACTIVE' };
    expectError(await stranger.call('PUT', path, change), 'API_KEY_NOT_FOUND');
    expectError(await stranger.call('DELETE', path), 'API_KEY_NOT_FOUND');
    expectError(await stranger.call('POST', `${path}/regenerate`, { apiKeyType: 'PRIMARY' }), 'API_KEY_NOT_FOUND');
    expect((await stranger.ok('GET', `/apikeys?apiKey=${apiKey.primaryApiKey}`)).apiKeyList).toEqual([]);
    expect(await list()).toEqual([apiKey]);
  });
});

describe('creating an API key', () => {
  it.each([
    [{ apiKeyName: '' }, 'apiKeyName'],
    [{ apiKeyName: 'a'.repeat(51) }, 'apiKeyName'],
    [{ apiKeyName: undefined }, 'apiKeyName'],
    [{ apiKeyDescription: 'a'.repeat(201) }, 'apiKeyDescription'],
    [{ apiKeyStatus: undefined }, 'apiKeyStatus'],
    [{ apiKeyStatus: 'active' }, 'apiKeyStatus'],
    [{ primaryApiKey: 'a'.repeat(9) }, 'primaryApiKey'],
    [{ primaryApiKey: 'a'.repeat(41) }, 'primaryApiKey'],
    [{ primaryApiKey: 'a-------------' }, 'primaryApiKey'],
    [{ primaryApiKey: '' }, 'primaryApiKey'],
    [{ secondaryApiKey: 'ä'.repeat(10) }, 'secondaryApiKey'],
    [{ secondaryApiKey: 1234567890 }, 'secondaryApiKey'],
    [{ apiKeyId: 'mine' }, 'apiKeyId'],
  ])('refuses %j and creates nothing', async (body, field) => {
    expectError(await create(body), 'INVALID_INPUT', [field]);
    expect(await list()).toEqual([]);
  });

  it('refuses two equal values', async () => {
    const value = custom();
    const answer = await create({ primaryApiKey: value, secondaryApiKey: value });
    expectError(answer, 'API_KEY_DUPLICATED', ['secondaryApiKey']);
    expect(await list()).toEqual([]);
  });

  it('refuses a value that any key of the installation has, as primary or secondary, and names it', async () => {
    const { primaryApiKey, secondaryApiKey } = await made();
    const stranger = await stack.newProject();
    expectError(await create({ secondaryApiKey: primaryApiKey }, stranger), 'API_KEY_DUPLICATED', ['secondaryApiKey']);
    expectError(await create({ primaryApiKey: secondaryApiKey }), 'API_KEY_DUPLICATED', ['primaryApiKey']);
    const both = { primaryApiKey: secondaryApiKey, secondaryApiKey: primaryApiKey };
    expectError(await create(both, stranger), 'API_KEY_DUPLICATED', ['primaryApiKey', 'secondaryApiKey']);
    expect((await stranger.ok('GET', '/apikeys')).paging.totalCount).toBe(0);
    expect(await list()).toHaveLength(1);
  });

  it('takes letters of another case for another value', async () => {
    const value = `aB${custom().slice(2)}`;
    await made({ primaryApiKey: value });
    const other = `Ab${value.slice(2)}`;
    expect(await made({ primaryApiKey: other })).toMatchObject({ primaryApiKey: other });
  });

  it('makes a value once when fifty clients of two projects ask for it at once', async () => {
    const [value, stranger] = [custom(), await stack.newProject()];
    const counts = await fiftyAtOnce((index) =>
      create(index % 3 === 0 ? { primaryApiKey: value } : { secondaryApiKey: value }, index % 2 === 0 ? api : stranger),
    );
    expect(counts).toEqual({ 0: 1, 500105001: 49 });
    const totals = await Promise.all([api, stranger].map(async (one) => (await one.ok('GET', '/apikeys')).paging));
    expect(totals.reduce((sum, { totalCount }) => sum + totalCount, 0)).toBe(1);
  });
});

describe('the list of API keys', () => {
  it('pages in the order of creation, and is empty past the end', async () => {
    for (const apiKeyName of ['c', 'a', 'b']) await made({ apiKeyName });
    expect(await names()).toEqual(['c', 'a', 'b']);
    expect(await names('?limit=2')).toEqual(['c', 'a']);
    expect(await names('?limit=2&page=2')).toEqual(['b']);
    const past = await api.ok('GET', '/apikeys?limit=2&page=3');
    expect(past).toMatchObject({ paging: { limit: 2, page: 3, totalCount: 3 }, apiKeyList: [] });
  });

  it('finds a key by its primary or secondary value, exactly', async () => {
    await made();
    const { primaryApiKey, secondaryApiKey, apiKeyId } = await made();
    for (const value of [primaryApiKey, secondaryApiKey]) {
      expect((await list(`?apiKey=${value}`)).map((key) => key.apiKeyId)).toEqual([apiKeyId]);
      expect(await list(`?apiKey=${value.slice(1)}`)).toEqual([]);
    }
  });

  it('finds keys by id, by the beginning of the name as it stands, and by status', async () => {
    const [first] = [await made({ apiKeyName: 'a_x' }), await made({ apiKeyName: 'abx', apiKeyStatus: 'INACTIVE' })];
    await made({ apiKeyName: '100% 사용자' });
    expect(await names(`?apiKeyId=${first.apiKeyId}`)).toEqual(['a_x']);
    expect(await names('?apiKeyName=a')).toEqual(['a_x', 'abx']);
    expect(await names('?apiKeyName=a_')).toEqual(['a_x']);
    expect(await names('?apiKeyName=x')).toEqual([]);
    expect(await names(`?apiKeyName=${encodeURIComponent('100% 사')}`)).toEqual(['100% 사용자']);
    expect(await names('?apiKeyStatus=INACTIVE')).toEqual(['abx']);
    expect(await names('?apiKeyName=&apiKey=&apiKeyId=')).toHaveLength(3);
  });

  it('shows what satisfies all conditions', async () => {
    const { apiKeyId, primaryApiKey } = await made({ apiKeyName: 'one' });
    const other = await made({ apiKeyName: 'other', apiKeyStatus: 'INACTIVE' });
    const all = `?apiKey=${primaryApiKey}&apiKeyId=${apiKeyId}&apiKeyName=o&apiKeyStatus=ACTIVE`;
    expect(await names(all)).toEqual(['one']);
    expect(await names(`?apiKey=${primaryApiKey}&apiKeyId=${other.apiKeyId}`)).toEqual([]);
    expect(await names('?apiKeyName=o&apiKeyStatus=INACTIVE')).toEqual(['other']);
    const { paging } = await api.ok('GET', `/apikeys${all}`);
    expect(paging.totalCount).toBe(1);
  });

  it.each(['apiKeyStatus=on', `apiKey=${'a'.repeat(41)}`, `apiKeyName=${'a'.repeat(51)}`, 'limit=1001', 'page=0'])(
    'refuses %s',
    async (query) => {
      expectError(await api.call('GET', `/apikeys?${query}`), 'INVALID_PARAMETER', [query.split('=')[0] ?? '']);
    },
  );
});

describe('regenerating a value', () => {
  const regenerate = (key: Json, body: object) => api.call('POST', `/apikeys/${key.apiKeyId}/regenerate`, body);

  it('replaces that value and leaves the other', async () => {
    const before = await made();
    const { apiKey } = (await regenerate(before, { apiKeyType: 'PRIMARY' })).body;
    expect(apiKey).toEqual({ ...before, primaryApiKey: expect.any(String), updatedAt: expect.any(String) });
    expect(apiKey.primaryApiKey).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(apiKey.primaryApiKey).not.toBe(before.primaryApiKey);
    expect(await list(`?apiKey=${before.primaryApiKey}`)).toEqual([]);
    const value = custom();
    const given = (await regenerate(before, { apiKeyType: 'SECONDARY', apiKeyValue: value })).body.apiKey;
    expect(given).toMatchObject({ primaryApiKey: apiKey.primaryApiKey, secondaryApiKey: value });
    expect(await list()).toEqual([given]);
  });

  it('refuses a value that is taken, by the same key too; the old one stays', async () => {
    const [one, other] = [await made(), await made()];
    for (const apiKeyValue of [other.primaryApiKey, one.secondaryApiKey]) {
      const answer = await regenerate(one, { apiKeyType: 'PRIMARY', apiKeyValue });
      expectError(answer, 'API_KEY_REGENERATE_FAILED', ['apiKeyValue']);
    }
    expect(await list()).toEqual([one, other]);
  });

  it.each([
    [{}, 'apiKeyType'],
    [{ apiKeyType: 'THIRD' }, 'apiKeyType'],
    [{ apiKeyType: 'PRIMARY', apiKeyValue: 'short' }, 'apiKeyValue'],
  ])('refuses %j', async (body, field) => {
    const before = await made();
    expectError(await regenerate(before, body), 'INVALID_INPUT', [field]);
    expect(await list()).toEqual([before]);
  });

  it('fails with its own code when the database refuses; the old value stays', async () => {
    const before = await made();
    const fault = {
      operation: 'UPDATE',
      table: 'api_key_value',
      condition: `OLD.api_key_id = '${before.apiKeyId}'`,
    } as const;
    const answer = await withRowFault(stack, fault, () => regenerate(before, { apiKeyType: 'PRIMARY' }));
    expectError(answer, 'API_KEY_REGENERATE_FAILED');
    expect(await list()).toEqual([before]);
  });

  it('gives a value to one key when fifty clients ask for it at once', async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => made()));
    const apiKeyValue = custom();
    const counts = await fiftyAtOnce((index) => regenerate(keys[index % 5], { apiKeyType: 'PRIMARY', apiKeyValue }));
    // The key that has won may ask for its own value again.
    expect(counts).toEqual({ 0: 10, 500105000: 40 });
    expect(await list(`?apiKey=${apiKeyValue}`)).toHaveLength(1);
  });
});

describe('deleting an API key', () => {
  const refuse = async (table: string, column: string) => {
    const before = await made();
    const fault = { operation: 'DELETE', table, condition: `OLD.${column} = '${before.apiKeyId}'` } as const;
    const answer = await withRowFault(stack, fault, () => api.call('DELETE', `/apikeys/${before.apiKeyId}`));
    expect(await list()).toEqual([before]);
    return answer;
  };

  it('keeps everything when its values cannot be deleted', async () => {
    expectError(await refuse('api_key_value', 'api_key_id'), 'API_KEY_DELETE_INCOMPLETE');
  });

  it('keeps everything when the key cannot be deleted', async () => {
    expectError(await refuse('api_key', 'id'), 'API_KEY_DELETE_FAILED');
  });

  it('is refused while it is connected to a stage', async () => {
    const world = await newPlanWorld(stack);
    const { apiKeyId } = await world.createKey();
    const plan = await world.createConnectedPlan();
    const [{ subscriptionId }] = await world.connect(plan, [apiKeyId]);
    expectError(await world.api.call('DELETE', `/apikeys/${apiKeyId}`), 'API_KEY_IN_USE');
    await world.api.ok('DELETE', world.subscriptions(plan), { apiSubscriptionIdList: [subscriptionId] });
    await world.api.ok('DELETE', `/apikeys/${apiKeyId}`);
  });
});

describe('the API keys that can be connected to a stage', () => {
  it('are those that no plan connects to it, with the filters of the list', async () => {
    const world = await newPlanWorld(stack);
    const [one, two, three] = [
      await world.createKey({ apiKeyName: 'one' }),
      await world.createKey({ apiKeyName: 'two' }),
      await world.createKey({ apiKeyName: 'three', apiKeyStatus: 'INACTIVE' }),
    ];
    const connectable = async (query = '') => {
      const answer = await world.api.ok('GET', `/stages/${world.stage.stageId}/apikeys/connectable${query}`);
      return [answer.paging.totalCount, ...answer.apiKeyList.map((key: Json) => key.apiKeyName)];
    };
    expect(await connectable()).toEqual([3, 'one', 'two', 'three']);
    await world.connect(await world.createConnectedPlan(), [one.apiKeyId]);
    const { apiKeyList } = await world.api.ok('GET', `/stages/${world.stage.stageId}/apikeys/connectable`);
    expect(apiKeyList).toEqual([two, three]);
    expect(await connectable('?limit=1&page=2')).toEqual([2, 'three']);
    expect(await connectable('?page=9')).toEqual([2]);
    expect(await connectable('?apiKeyName=t&apiKeyStatus=ACTIVE')).toEqual([1, 'two']);
    expect(await connectable(`?apiKey=${one.primaryApiKey}`)).toEqual([0]);
    expect(await connectable(`?apiKeyId=${three.apiKeyId}`)).toEqual([1, 'three']);
  });

  it('of a stage of another project, or of none, are not told', async () => {
    const { stage } = await newPlanWorld(stack);
    expectError(await api.call('GET', `/stages/${stage.stageId}/apikeys/connectable`), 'STAGE_NOT_FOUND');
    expectError(await api.call('GET', '/stages/nothing/apikeys/connectable'), 'STAGE_NOT_FOUND');
  });
});
