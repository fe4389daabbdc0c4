import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/main/dev/embedded-postgres.js';
import { isAlive, runningServer } from '../../src/main/dev/postgres-server.js';

const MAX_CONNECTIONS = 200;
/** Folders are named after the process that made them: gatewright-test-<pid>-<random>. */
const FOLDER_NAME = /^gatewright-test-(\d+)-/;

/** A PostgreSQL of the test run's own; empty at the start, gone with stop(). */
export type TestPostgres = Pick<EmbeddedPostgres, 'url' | 'createDatabase' | 'stop' | 'pid'>;

/** Starts a PostgreSQL for tests: quick, not durable, in a temporary folder that stop() removes. */
export async function startTestPostgres(): Promise<TestPostgres> {
  await removeLeftovers();
  const dataDir = await mkdtemp(join(tmpdir(), `gatewright-test-${process.pid}-`));
  // As root, the server runs as somebody else, who has to be able to enter the folder.
  await chmod(dataDir, 0o755);
  const server = await startEmbeddedPostgres({ dataDir, isDurable: false, maxConnections: MAX_CONNECTIONS });
  return {
    url: server.url,
    createDatabase: server.createDatabase,
    pid: server.pid,
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A run that was killed could not stop its server; the next run of the same user does. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = FOLDER_NAME.exec(name)?.[1];
    const folder = join(tmpdir(), name);
    if (pid === undefined || isAlive(Number(pid)) || (await stat(folder)).uid !== process.getuid?.()) continue;
    const server = await runningServer({ path: join(folder, 'postgres'), account: null });
    if (server) process.kill(server.pid, 'SIGQUIT');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
