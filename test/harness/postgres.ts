import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/main/dev/embedded-postgres.js';

const MAX_CONNECTIONS = 200;
const FOLDER_PREFIX = 'gatewright-test-';

/** A PostgreSQL of the test run's own; empty at the start, gone with stop(). */
export type TestPostgres = Pick<EmbeddedPostgres, 'url' | 'createDatabase' | 'stop' | 'pid'>;

/** Starts a PostgreSQL for tests: quick, not durable, in a temporary folder that stop() removes. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
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
