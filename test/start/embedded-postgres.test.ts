import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/main/dev/embedded-postgres.js';
import { removeDataFolder, temporaryFolder } from './temporary-folder.js';

const PROJECT = new URL('../../', import.meta.url);
const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

async function query(url: string, sql: string, name = 'test'): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url, application_name: name });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a running embedded PostgreSQL', () => {
  let sharedDir: string;
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    sharedDir = await temporaryFolder();
    server = await startEmbeddedPostgres({ dataDir: sharedDir, isDurable: false, maxConnections: 20 });
  });

  afterAll(async () => {
    await server.stop();
    await removeDataFolder(sharedDir);
  });

  it('makes a database once and takes any name for it', async () => {
    await server.createDatabase('a "name" ü');
    await server.createDatabase('a "name" ü');
    expect(await query(server.url('a "name" ü'), 'SELECT current_database() AS name')).toEqual([
      { name: 'a "name" ü' },
    ]);
  });

  it('stores UTF-8 and sorts by bytes, whatever the locale of the machine', async () => {
    const sql =
      "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate FROM pg_database WHERE datname = 'postgres'";
    expect(await query(server.url('postgres'), sql)).toEqual([{ encoding: 'UTF8', datcollate: 'C' }]);
  });

  it('lets nobody in without the password, and keeps that from other users', async () => {
    const url = new URL(server.url('postgres'));
    url.password = 'wrong';
    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect((await stat(join(sharedDir, 'postgres.json'))).mode & 0o077).toBe(0);
  });

  it('listens on this machine only', async () => {
    expect(await query(server.url('postgres'), 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  });

  itAsRoot('does not run as root', async () => {
    const status = await readFile(`/proc/${server.pid}/status`, 'utf8');
    expect(status).not.toMatch(/^Uid:\s+0\b/m);
  });
});

describe('starting and stopping the embedded PostgreSQL', () => {
  let dataDir: string;
  let running: EmbeddedPostgres | null;

  beforeEach(async () => {
    dataDir = await temporaryFolder();
    running = null;
  });

  afterEach(async () => {
    await running?.stop();
    await removeDataFolder(dataDir);
  });

  async function start(say: (line: string) => void = () => undefined): Promise<EmbeddedPostgres> {
    running = await startEmbeddedPostgres({ dataDir, isDurable: false, maxConnections: 20, say });
    return running;
  }

  it('keeps data, password and port over a restart', async () => {
    const first = await start();
    await first.createDatabase('kept');
    await query(first.url('kept'), 'CREATE TABLE note AS SELECT 42 AS number');
    await first.stop();
    const second = await start();
    expect(second.url('kept')).toBe(first.url('kept'));
    expect(await query(second.url('kept'), 'SELECT number FROM note')).toEqual([{ number: 42 }]);
  });

  it('takes another port when its own has been taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(await query(second.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      squatter.close();
    }
  });

  it('can be stopped twice, also while clients are connected', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.url('postgres') });
    // That it is cut off is told as errors, more than one.
    client.on('error', () => undefined);
    const cutOff = new Promise<void>((resolve) => client.on('end', resolve));
    await client.connect();
    await server.stop();
    await server.stop();
    await expect(cutOff).resolves.toBeUndefined();
    await expect(server.ended).resolves.toBeUndefined();
  });

  it('replaces a server that a killed start left running', async () => {
    const child = spawn(
      process.execPath,
      [
        '--import',
        new URL('scripts/typescript-loader.mjs', PROJECT).href,
        '--input-type=module',
        '--eval',
        LEAVE_RUNNING,
      ],
      { stdio: 'ignore', env: { PATH: process.env.PATH, DATA_DIR_OF_TEST: dataDir } },
    );
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    const server = await start();
    expect(await query(server.url('left'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is not taken from a Gatewright that uses it', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.url('postgres'), application_name: 'gatewright nudges' });
    await client.connect();
    try {
      const second = startEmbeddedPostgres({ dataDir, isDurable: false, maxConnections: 20, patienceMs: 200 });
      await expect(second).rejects.toThrow('is in use');
      expect((await client.query('SELECT 1')).rowCount).toBe(1);
    } finally {
      await client.end();
    }
  });

  it('begins anew when the first start was cut off half-way', async () => {
    await (await start()).stop();
    await rename(join(dataDir, 'postgres'), join(dataDir, 'postgres.making'));
    const server = await start();
    expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('says what to do when its password is lost', async () => {
    await (await start()).stop();
    await rename(join(dataDir, 'postgres.json'), join(dataDir, 'lost.json'));
    await expect(start()).rejects.toThrow(/postgres\.json with the password of the database is missing/);
  });

  it('reports the end of its log when it does not start', async () => {
    await (await start()).stop();
    await writeFile(join(dataDir, 'postgres', 'postgresql.conf'), 'nonsense = on\n');
    await expect(start()).rejects.toThrow(/unrecognized configuration parameter "nonsense"/);
  });

  itAsRoot('keeps its files elsewhere when its user cannot enter the data folder, and says so once', async () => {
    await chmod(dataDir, 0o700);
    const said: string[] = [];
    const first = await start((line) => said.push(line));
    await first.createDatabase('kept');
    await first.stop();
    expect(said.filter((line) => line.startsWith('The database is kept in'))).toHaveLength(1);
    expect(await readlink(join(dataDir, 'postgres'))).not.toContain(dataDir);
    const second = await start((line) => said.push(line));
    expect(await query(second.url('kept'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(said.filter((line) => line.startsWith('The database is kept in'))).toHaveLength(1);
  });

  itAsRoot('keeps its files where its user can enter, whatever the umask', async () => {
    await chmod(dataDir, 0o700);
    const umask = process.umask(0o077);
    try {
      const server = await start();
      expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      process.umask(umask);
    }
  });

  itAsRoot('begins anew when a data folder is deleted whose files are kept elsewhere', async () => {
    await chmod(dataDir, 0o700);
    await (await start()).stop();
    const kept = dirname(await readlink(join(dataDir, 'postgres')));
    await rm(dataDir, { recursive: true });
    try {
      await mkdir(dataDir, { mode: 0o700 });
      const server = await start();
      expect(await query(server.url('postgres'), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      await rm(kept, { recursive: true });
    }
  });
});

/** What a start does that is killed before it can stop anything. */
const LEAVE_RUNNING = `
  const { startEmbeddedPostgres } = await import('${new URL('src/main/dev/embedded-postgres.ts', PROJECT).href}');
  const dataDir = process.env.DATA_DIR_OF_TEST;
  const server = await startEmbeddedPostgres({ dataDir, isDurable: false, maxConnections: 20 });
  await server.createDatabase('left');
  process.kill(process.pid, 'SIGKILL');
`;
