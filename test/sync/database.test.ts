import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/database/client/client.js';
import { databaseFault, migrate } from '../../src/database/index.js';
import { newId } from '../../src/kernel/ids.js';
import { type Stack, useEmptyDatabase, useStack } from '../harness/stack.js';

const MIGRATIONS = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

let stack: Stack;
let folder: string;

beforeAll(async () => {
  stack = await useStack();
  folder = await mkdtemp(join(tmpdir(), 'gatewright-migrations-'));
  await cp(MIGRATIONS, folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('migrations', () => {
  it('are applied once when several replicas start at once', async () => {
    const url = await useEmptyDatabase();
    const applied = await Promise.all([migrate(url, folder), migrate(url, folder), migrate(url, folder)]);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
    expect(await migrate(url, folder)).toEqual([]);
  });

  it('are recorded as Prisma records them', async () => {
    const rows = await stack.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(rows[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      finished_at: expect.any(Date),
      logs: null,
      rolled_back_at: null,
      applied_steps_count: 1,
    });
  });

  it('that fail leave nothing behind and are tried again', async () => {
    const url = await useEmptyDatabase();
    const bad = join(folder, '99999999999999_bad', 'migration.sql');
    await cp(join(folder, (await firstMigration()).name), join(bad, '..'), { recursive: true });
    await writeFile(bad, 'CREATE TABLE half (id int); SELECT no_such_column;');
    await expect(migrate(url, folder)).rejects.toThrow('99999999999999_bad failed');
    await writeFile(bad, 'CREATE TABLE half (id int);');
    expect(await migrate(url, folder)).toEqual(['99999999999999_bad']);
    await rm(join(bad, '..'), { recursive: true });
  });

  it('must not be changed after they were applied', async () => {
    const url = await useEmptyDatabase();
    await migrate(url, folder);
    const { name, sql } = await firstMigration();
    await writeFile(join(folder, name, 'migration.sql'), `${sql}-- changed\n`);
    await expect(migrate(url, folder)).rejects.toThrow(`${name} was changed`);
    await writeFile(join(folder, name, 'migration.sql'), sql);
  });

  async function firstMigration(): Promise<{ name: string; sql: string }> {
    const [row] = await stack.query<{ name: string }>(
      'SELECT migration_name AS name FROM _prisma_migrations ORDER BY migration_name LIMIT 1',
    );
    const name = row?.name ?? '';
    return { name, sql: await readFile(join(MIGRATIONS, name, 'migration.sql'), 'utf8') };
  }
});

describe('database errors', () => {
  const faultOf = async (run: Promise<unknown>) => databaseFault(await run.catch((error: unknown) => error));

  it('of a unique index name the index', async () => {
    const insert = () => stack.query(`INSERT INTO project (id, name) VALUES ('twice', 'x')`);
    await insert();
    const fault = await faultOf(insert());
    await stack.query(`DELETE FROM project WHERE id = 'twice'`);
    expect(fault).toMatchObject({ kind: 'unique' });
  });

  it('of a query that is wrong are failures, of a server that is not there unreachable', async () => {
    expect(await faultOf(stack.query('SELECT no_such_column'))).toEqual({ kind: 'failed' });
    expect(databaseFault(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toEqual({
      kind: 'unreachable',
    });
    expect(databaseFault(Object.assign(new Error('shutdown'), { code: '57P01' }))).toEqual({ kind: 'unreachable' });
  });

  it('of a query that nobody answers in time are those of a server that is not there', async () => {
    const adapter = new PrismaPg({ connectionString: stack.address.databaseUrl, query_timeout: 100 });
    const client = new PrismaClient({ adapter });
    const fault = await faultOf(client.$queryRaw`SELECT pg_sleep(1)::text`);
    await client.$disconnect();
    expect(fault).toEqual({ kind: 'unreachable' });
  });

  it('of a deadlock are to be tried again', async () => {
    const [one, two] = [await stack.connect(), await stack.connect()];
    const ids = [newId(), newId()];
    for (const id of ids) await stack.query(`INSERT INTO project (id, name) VALUES ($1, 'lock')`, [id]);
    const lock = 'SELECT 1 FROM project WHERE id = $1 FOR UPDATE';
    await Promise.all([one.query('BEGIN'), two.query('BEGIN')]);
    await one.query(lock, [ids[0]]);
    await two.query(lock, [ids[1]]);
    const results = await Promise.allSettled([one.query(lock, [ids[1]]), two.query(lock, [ids[0]])]);
    await Promise.all([one.end(), two.end()]);
    const refused = results.find((result) => result.status === 'rejected');
    expect(databaseFault(refused?.reason)).toEqual({ kind: 'retry' });
    await stack.query('DELETE FROM project WHERE id = ANY($1)', [ids]);
  });

  it('are not seen in errors of other kinds', () => {
    expect([new Error('x'), null, 'text', { code: 'ERR_ASSERTION' }].map(databaseFault)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});
