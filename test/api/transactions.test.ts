import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Database, type Queries, rowsOf } from '../../src/database/index.js';
import { runSession, type Session, type SessionOptions, SessionPool } from '../../src/database/session.js';
import { newId } from '../../src/kernel/ids.js';
import { type Stack, useStack } from '../harness/stack.js';

const CLIENTS = 50;
/** As many as a Database has. */
const CONNECTIONS = 20;

let stack: Stack;
let database: Database;
let name: string;

beforeAll(async () => {
  stack = await useStack();
  database = new Database(stack.address.databaseUrl);
});

afterAll(() => database.onApplicationShutdown());

beforeEach(() => {
  name = `made by ${newId()}`;
});

/** Makes a project by a statement past Prisma. */
async function make(queries: Queries): Promise<string> {
  const id = newId();
  await rowsOf(queries)`INSERT INTO project (id, name, updated_at) VALUES (${id}, ${name}, now())`;
  return id;
}

async function countMade(): Promise<number> {
  const rows = await stack.query('SELECT id FROM project WHERE name = $1', [name]);
  return rows.length;
}

/** Nobody holds a connection, and on none of them a transaction was left open that had written something. */
async function expectNothingHeld(): Promise<void> {
  expect(database.connections).toMatchObject({ busy: 0, waiting: 0 });
  const ask = () => rowsOf(database.client)`SELECT pg_current_xact_id_if_assigned() IS NULL AS free, pg_sleep(0.01)`;
  const found = await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  expect(found.flat()).toEqual(Array(CONNECTIONS).fill(expect.objectContaining({ free: true })));
}

describe('a transaction', () => {
  it('is one for statements and for what Prisma asks: each sees what the other has written', async () => {
    await database.transaction('both', async (queries) => {
      const id = await make(queries);
      expect(await queries.project.findMany({ where: { name }, select: { id: true } })).toEqual([{ id }]);
      const twin = await queries.project.create({ data: { id: newId(), name }, select: { id: true } });
      const [{ count } = {}] = await queries.$queryRaw<{ count?: bigint }[]>`
        SELECT count(*) FROM project WHERE name = ${name}`;
      expect([await rowsOf(queries)`SELECT id FROM project WHERE id = ${twin.id}`, count]).toEqual([[twin], 2n]);
      expect(await countMade()).toBe(0);
    });
    expect(await countMade()).toBe(2);
    await expectNothingHeld();
  });

  it.each([
    ['of its own', () => Promise.resolve()],
    ['that Prisma has joined', (queries: Queries) => queries.project.count()],
  ])('leaves nothing when it fails, on a connection %s', async (_kind, join) => {
    const failing = database.transaction('failing', async (queries) => {
      await join(queries);
      await make(queries);
      throw new Error('it is not to be');
    });
    await expect(failing).rejects.toThrow('it is not to be');
    expect(await countMade()).toBe(0);
    await expectNothingHeld();
  });

  it('does not say that it was made when a statement of it had failed, however that was taken', async () => {
    const broken = database.transaction('broken', async (queries) => {
      await make(queries);
      await rowsOf(queries)`SELECT 1 / 0`.catch(() => []);
    });
    await expect(broken).rejects.toThrow('rolled back');
    expect(await countMade()).toBe(0);
    await expectNothingHeld();
  });

  it('is over when it has ended: nothing runs on its connection any more', async () => {
    const kept = await database.transaction('kept', (queries) => Promise.resolve(queries));
    const late = rowsOf(kept)`SELECT 1`;
    await expect(late).rejects.toThrow('has ended');
    await expect(kept.project.count()).rejects.toThrow('has ended');
    await expectNothingHeld();
  });

  it('leaves nothing of what was still to come when it failed', async () => {
    let late: Promise<unknown> = Promise.resolve();
    const failing = database.transaction('failing early', async (queries) => {
      late = rowsOf(queries)`SELECT pg_sleep(0.1)`.then(() => make(queries));
      late.catch(() => null);
      await Promise.reject(new Error('at once'));
    });
    await expect(failing).rejects.toThrow('at once');
    await expect(late).rejects.toThrow('has ended');
    expect(await countMade()).toBe(0);
    await expectNothingHeld();
  });

  it('fails, and the process lives, when its connection is ended by the server', async () => {
    const cut = database.transaction('cut', async (queries) => {
      const [{ pid } = {}] = await rowsOf<{ pid?: number }>(queries)`SELECT pg_backend_pid() AS pid`;
      await make(queries);
      await stack.query('SELECT pg_terminate_backend($1)', [pid]);
      await delay(50);
      await rowsOf(queries)`SELECT 1`;
    });
    await expect(cut).rejects.toMatchObject({ key: 'DATABASE_FAILED' });
    expect(await countMade()).toBe(0);
    await expectNothingHeld();
    await database.transaction('next', make);
    expect(await countMade()).toBe(1);
  });

  it('of each of fifty clients is its own: half of them fail, and the other half stays', async () => {
    const clients = Array.from({ length: CLIENTS }, (_client, at) =>
      database.transaction('one of many', async (queries) => {
        await make(queries);
        if (at % 3 === 0) await queries.project.count();
        if (at % 2 === 0) throw new Error('an even one');
      }),
    );
    const results = await Promise.allSettled(clients);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(CLIENTS / 2);
    expect(await countMade()).toBe(CLIENTS / 2);
    await expectNothingHeld();
  });
});

describe('a transaction that takes too long', () => {
  const LIMIT: SessionOptions = { begin: 'BEGIN', timeoutMs: 200 };
  let pool: SessionPool;

  beforeAll(() => {
    pool = new SessionPool({ connectionString: stack.address.databaseUrl, max: 1 });
  });

  afterAll(() => pool.end());

  it.each([
    ['a statement of it runs', (session: Session) => session.runner.query('SELECT pg_sleep(30)')],
    ['nothing is asked', (session: Session) => delay(300).then(() => session.runner.query('SELECT 1'))],
    ['its work ends', () => delay(300)],
  ])('is cut, and its connection is given up, while %s', async (_kind, work) => {
    const write = async (session: Session) => {
      await session.runner.query(`INSERT INTO project (id, name, updated_at) VALUES ($1, $2, now())`, [newId(), name]);
      return work(session);
    };
    await expect(runSession(pool, LIMIT, write)).rejects.toThrow('Connection terminated');
    expect(await countMade()).toBe(0);
    const answer = await runSession(pool, LIMIT, (session) =>
      session.runner.query<pg.QueryResultRow>('SELECT 1 AS one'),
    );
    expect(answer.rows).toEqual([{ one: 1 }]);
  });

  it('is not cut any more when it is being committed', async () => {
    await runSession(pool, LIMIT, async ({ runner }) => {
      await runner.query(`
        CREATE TEMP TABLE slow (id int);
        CREATE FUNCTION pg_temp.wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.5); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER at_the_end AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION pg_temp.wait();
        INSERT INTO slow VALUES (1)`);
      await runner.query(`INSERT INTO project (id, name, updated_at) VALUES ($1, $2, now())`, [newId(), name]);
    });
    expect(await countMade()).toBe(1);
  });
});

describe('a statement whose rows are taken in in portions', () => {
  const numbersOf = async (queries: Queries, count: number) => {
    const rows = await rowsOf<{ i: number }>(queries, 2)`SELECT i FROM generate_series(1, ${count}::int) i ORDER BY i`;
    return rows.map(({ i }) => i);
  };

  it.each([0, 1, 2, 5])('gives all %d of them, on the pool and in a transaction', async (count) => {
    const expected = Array.from({ length: count }, (_unused, at) => at + 1);
    expect(await numbersOf(database.client, count)).toEqual(expected);
    await database.transaction('portions', async (queries) => {
      expect(await numbersOf(queries, count)).toEqual(expected);
      expect(await numbersOf(queries, count)).toEqual(expected);
    });
  });

  it('that fails in between leaves its connection to those that come next', async () => {
    const failing = (queries: Queries) => rowsOf(queries, 2)`SELECT 10 / (5 - i) FROM generate_series(1, 7) i`;
    const transaction = database.transaction('fails', async (queries) => {
      await expect(failing(queries)).rejects.toMatchObject({ code: '22012' });
      await rowsOf(queries)`SELECT 1`;
    });
    await expect(transaction).rejects.toMatchObject({ cause: { code: '25P02' } });
    await expect(failing(database.client)).rejects.toMatchObject({ code: '22012' });
    await expectNothingHeld();
  });

  it('that cannot be prepared leaves its connection too', async () => {
    const transaction = database.transaction('unknown table', async (queries) => {
      await expect(rowsOf(queries, 2)`SELECT * FROM nowhere`).rejects.toMatchObject({ code: '42P01' });
      await rowsOf(queries)`SELECT 1`;
    });
    await expect(transaction).rejects.toMatchObject({ cause: { code: '25P02' } });
    await expectNothingHeld();
  });
});
