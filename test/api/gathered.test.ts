import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { byPlace, Database, gathered, rowsOf } from '../../src/database/index.js';
import type { Api } from '../harness/api.js';
import { expectError } from '../harness/expectations.js';
import { type Stack, useStack } from '../harness/stack.js';

/** Who looks an appKey up waits for whoever holds this advisory lock. */
const LOCK = 2026_1128;
const DISABLE = 'UPDATE app_key SET disabled = true WHERE value = $1';

interface Found {
  readonly value: string;
  readonly disabled: boolean;
}

let stack: Stack;
let database: Database;
let api: Api;
let sent: (readonly string[])[] = [];

const find = gathered<string, Found>(async (queries, values) => {
  sent.push(values);
  const rows = await rowsOf<Found & { readonly place: number }>(queries)`
    SELECT asked.place::int, a.value, a.disabled
    FROM unnest(${values}::text[]) WITH ORDINALITY AS asked (value, place) JOIN app_key a ON a.value = asked.value
    WHERE (SELECT pg_advisory_xact_lock_shared(${LOCK}::bigint)) IS NOT NULL`;
  return byPlace(values, rows);
});

beforeAll(async () => {
  stack = await useStack();
  database = new Database(stack.address.databaseUrl);
});

afterAll(() => database.onApplicationShutdown());

beforeEach(async () => {
  api = await stack.newProject();
  sent = [];
});

describe('look-ups by a key', () => {
  it('go to the database together when they are asked for together, equal ones once', async () => {
    const other = (await stack.newProject()).appKey;
    const asked = [api.appKey, 'nothing', other, '{"a",\\}', api.appKey];
    const found = await Promise.all(asked.map((value) => find(database.client, value)));
    expect(found.map((one) => one?.value ?? null)).toEqual([api.appKey, null, other, null, api.appKey]);
    expect(sent).toEqual([asked.slice(0, 4)]);
  });

  it('see what was committed before they were asked for, even while an equal one is on its way', async () => {
    const holder = await stack.connect();
    await holder.query('SELECT pg_advisory_lock($1)', [LOCK]);
    const before = find(database.client, api.appKey);
    await stack.waitForLockWaiter(holder);
    await stack.query(DISABLE, [api.appKey]);
    const after = find(database.client, api.appKey);
    await holder.end();
    expect([(await before)?.disabled, (await after)?.disabled]).toEqual([false, true]);
  });

  it('see what their transaction has changed, and others do not', async () => {
    const seen = await database.transaction('disable', async (queries) => {
      await queries.appKey.update({ where: { value: api.appKey }, data: { disabled: true } });
      return Promise.all([find(queries, api.appKey), find(database.client, api.appKey)]);
    });
    expect(seen.map((one) => one?.disabled)).toEqual([true, false]);
  });

  it('all fail when their statement does', async () => {
    const failing = gathered<string, Found>((queries) => rowsOf<Found>(queries)`SELECT 1 / 0 AS value`);
    const asked = ['a', 'b'].map((key) => failing(database.client, key));
    const ends = await Promise.allSettled(asked);
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

it('no call that comes after an appKey was disabled is let in, however many come at once', async () => {
  expect((await api.call('GET', '/services')).status).toBe(200);
  let isDisabled = false;
  const caller = async () => {
    for (let refusals = 0; refusals < 5;) {
      const isLate = isDisabled;
      const answer = await api.call('GET', '/services');
      if (!isLate) continue;
      expectError(answer, 'APP_KEY_NOT_ACCEPTED');
      refusals += 1;
    }
  };
  const callers = Array.from({ length: 20 }, caller);
  await stack.query(DISABLE, [api.appKey]);
  isDisabled = true;
  await Promise.all(callers);
});
