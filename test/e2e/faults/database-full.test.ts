import { chown, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { errorCatalog } from '../../../src/errors/index.js';
import type { Api } from '../../harness/api.js';
import { expectError, fiftyAtOnce } from '../../harness/expectations.js';
import { type OwnPostgres, startOwnPostgres } from '../../harness/own-postgres.js';
import { makeSmallDisk, type SmallDisk } from '../../harness/small-disk.js';
import { launchStack, type PrivateStack } from '../../harness/stack.js';

const { code: DATABASE_FAILED } = errorCatalog.DATABASE_FAILED;
const MAX_CONNECTIONS = 40;
/** More rows than a page of the table has room for. */
const MOST_ROWS = 500;

let postgres: OwnPostgres;
let stack: PrivateStack;
let api: Api;

beforeAll(async () => {
  postgres = await startOwnPostgres({ maxConnections: MAX_CONNECTIONS });
  stack = await launchStack(postgres.url, {});
  api = await stack.newProject();
});

afterAll(async () => {
  await stack.stop();
  await postgres.end();
});

const makePlan = (usagePlanName: string) => api.call('POST', '/usage-plans', { usagePlanName });

async function planNames(prefix: string): Promise<string[]> {
  const { usagePlanList } = await api.ok('GET', '/usage-plans?limit=1000');
  const names: string[] = usagePlanList.map((plan: { usagePlanName: string }) => plan.usagePlanName);
  return names.filter((name) => name.startsWith(prefix));
}

/** Opens connections until the server takes no more. */
async function takeFreeConnections(taken: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: postgres.url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      taken.push(client);
    } catch (error) {
      if ((error as { code?: string }).code !== '53300') throw error;
      return;
    }
  }
}

/** Takes the connections of the control plane's pool too, which would serve all calls when enough of them are idle. */
async function takeAllConnections(taken: pg.Client[]): Promise<void> {
  await takeFreeConnections(taken);
  await taken[0]?.query(
    `SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
     WHERE application_name = 'gatewright control plane'`,
  );
  await takeFreeConnections(taken);
}

describe('a database without a free connection', () => {
  it('has calls refused that would need one, does nothing by halves, and is used again by itself', async () => {
    const taken: pg.Client[] = [];
    const written: string[] = [];
    try {
      await takeAllConnections(taken);
      expect(taken.length).toBeGreaterThan(5);
      const counts = await fiftyAtOnce(async (at) => {
        const answer = await makePlan(`full ${at}`);
        if (answer.status === 200) written.push(`full ${at}`);
        return answer;
      });
      expect(Object.keys(counts).map(Number)).toEqual(expect.arrayContaining([DATABASE_FAILED]));
      expect(Object.keys(counts).every((code) => [0, DATABASE_FAILED].includes(Number(code)))).toBe(true);
    } finally {
      await Promise.all(taken.map((client) => client.end()));
    }
    while ((await makePlan('again')).status !== 200) await delay(50);
    expect((await planNames('full')).toSorted()).toEqual(written.toSorted());
  });
});

describe('a full disk below the database', () => {
  let disk: SmallDisk | null = null;

  beforeAll(async () => {
    disk = await makeSmallDisk('1m');
    if (!disk) return;
    const { uid, gid } = await stat(join(postgres.dataDir, 'postgres'));
    const place = join(disk.path, 'tables');
    await mkdir(place);
    await chown(place, uid, gid);
    await stack.query(`CREATE TABLESPACE small LOCATION '${place}'`);
    await stack.query('ALTER TABLE usage_plan SET TABLESPACE small');
  });

  afterAll(async () => {
    if (!disk) return;
    await stack.query('ALTER TABLE usage_plan SET TABLESPACE pg_default');
    await stack.query('DROP TABLESPACE small');
    await disk.remove();
  });

  it('has writes refused, keeps what was answered, reads on, and is written to again when there is room', async () => {
    if (!disk) {
      console.warn('skipped: this user may not mount a small file system');
      return;
    }
    await disk.fill();
    const written: string[] = [];
    let answer = await makePlan('disk 0');
    for (let count = 1; answer.status === 200 && count < MOST_ROWS; count += 1) {
      written.push(`disk ${count - 1}`);
      answer = await makePlan(`disk ${count}`);
    }
    expectError(answer, 'DATABASE_FAILED');
    expect(await planNames('disk')).toEqual(written);
    await disk.clear();
    expect((await makePlan('disk, with room')).status).toBe(200);
    expect(await planNames('disk')).toEqual([...written, 'disk, with room']);
  });
});
