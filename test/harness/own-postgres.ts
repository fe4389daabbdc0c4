import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeze } from './freeze.js';
import { startEmbeddedPostgres } from '../../src/main/dev/embedded-postgres.js';

const DATABASE = 'own';
const MAX_CONNECTIONS = 100;

/** A PostgreSQL of one test file, which may stop and start it. */
export interface OwnPostgres {
  /** URL of its database; stays the same when the server was away. */
  readonly url: string;
  readonly dataDir: string;
  /** Stops the server, runs `run`, and starts it again. */
  whileAway<T>(run: () => Promise<T>): Promise<T>;
  /** Stops the server and starts it again at once. */
  restart(): Promise<void>;
  /** Has the server neither work nor answer while `run` runs, as on a machine that hangs. */
  whileFrozen<T>(run: () => Promise<T>): Promise<T>;
  /** Stops it for good and removes its data. */
  end(): Promise<void>;
}

/** Starts a PostgreSQL with an empty database, in a folder that end() removes. */
export async function startOwnPostgres({ maxConnections = MAX_CONNECTIONS } = {}): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatewright-own-'));
  // As root, the server runs as somebody else, who has to be able to enter the folder.
  await chmod(dataDir, 0o755);
  const start = () => startEmbeddedPostgres({ dataDir, isDurable: true, maxConnections });
  let server = await start();
  await server.createDatabase(DATABASE);
  return {
    url: server.url(DATABASE),
    dataDir,
    whileAway: async (run) => {
      await server.stop();
      try {
        return await run();
      } finally {
        server = await start();
      }
    },
    restart: async () => {
      await server.stop();
      server = await start();
    },
    whileFrozen: async (run) => {
      const thaw = await freeze(server.pid);
      try {
        return await run();
      } finally {
        thaw();
      }
    },
    end: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
