import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { clusterFolder } from './cluster-folder.js';
import { CLUSTER_USER, type ClusterAccess, openCluster, saveAccess } from './cluster.js';
import { findFreePort, isPortFree } from './free-port.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { launchServer, runningServer, SERVER_HOST, type ServerFiles, stopServer } from './postgres-server.js';

const PATIENCE_MS = 4000;
const POLL_INTERVAL_MS = 50;
/** The database that every cluster has; used to look around and to make others. */
const MAINTENANCE_DATABASE = 'postgres';

/** How the embedded PostgreSQL is started. */
export interface EmbeddedPostgresOptions {
  /** Folder of the cluster, its password and its log; made when absent. */
  readonly dataDir: string;
  /** False gives up the safety of the data in a power cut for speed: for tests. */
  readonly isDurable: boolean;
  readonly maxConnections: number;
  /** How long the processes of a killed start have to leave its server. */
  readonly patienceMs?: number;
  /** Told, a line at a time, what a user should know. */
  readonly say?: (line: string) => void;
}

/** A running embedded PostgreSQL. */
export interface EmbeddedPostgres {
  readonly pid: number;
  readonly port: number;
  readonly logFile: string;
  /** Resolves when the server has ended, whether by stop() or by itself. */
  readonly ended: Promise<void>;
  /** The connection URL of a database, password included. */
  readonly url: (database: string) => string;
  /** Makes a database unless it exists. */
  readonly createDatabase: (name: string) => Promise<void>;
  /** Ends the server and waits for it; clients are cut off. May be called again. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the PostgreSQL that comes with the development dependencies, reachable from this machine only and
 * with a password of its own. A server that an earlier, killed start left running is stopped first.
 * @throws Error when the cluster is in use by another start, or with the server's log when it does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const say = options.say ?? (() => undefined);
  await mkdir(join(options.dataDir, 'logs'), { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const folder = await clusterFolder(dataDir, say);
  const binaries = await findPostgresBinaries(folder.account, say);
  const files: ServerFiles = { ...folder, binaries, logFile: join(dataDir, 'logs', 'postgres.log') };
  const known = await openCluster(folder, dataDir, binaries, options.isDurable);
  await stopLeftover(files, known, options.patienceMs ?? PATIENCE_MS);
  const isKept = known.port !== 0 && (await isPortFree(known.port, SERVER_HOST));
  const access = isKept ? known : { ...known, port: await findFreePort(SERVER_HOST) };
  const server = await launchServer(files, access.port, serverSettings(options));
  if (!isKept) await saveAccess(dataDir, access);
  return handleOf(server, files, access);
}

function serverSettings({ isDurable, maxConnections }: EmbeddedPostgresOptions): Record<string, string | number> {
  const settings = {
    listen_addresses: SERVER_HOST,
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
  return isDurable ? settings : { ...settings, fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
}

function handleOf(server: ChildProcess, files: ServerFiles, access: ClusterAccess): EmbeddedPostgres {
  if (server.pid === undefined) throw new Error('PostgreSQL has no process id');
  const ended = server.exitCode === null && server.signalCode === null ? once(server, 'exit') : Promise.resolve();
  return {
    pid: server.pid,
    port: access.port,
    logFile: files.logFile,
    ended: ended.then(() => undefined),
    url: (database) => urlOf(access, database),
    createDatabase: (name) => createDatabase(access, name),
    stop: async () => {
      await stopServer(files);
      await ended;
    },
  };
}

function urlOf({ password, port }: ClusterAccess, database: string): string {
  return `postgresql://${CLUSTER_USER}:${password}@${SERVER_HOST}:${port}/${encodeURIComponent(database)}`;
}

/**
 * Stops the server that a killed start left behind. The processes that used it end with their parent, so they
 * are given a moment; who stays belongs to a start that is alive.
 */
async function stopLeftover(files: ServerFiles, access: ClusterAccess, patienceMs: number): Promise<void> {
  const server = await runningServer(files);
  if (server === null) return;
  const deadline = Date.now() + patienceMs;
  while (server.isReady && (await countClients({ ...access, port: server.port })) > 0) {
    if (Date.now() > deadline) {
      throw new Error(`${files.path} is in use by another Gatewright. Stop it, or set DATA_DIR to another folder.`);
    }
    await delay(POLL_INTERVAL_MS);
  }
  await stopServer(files);
}

/** How many connections of Gatewright's own processes a server has; somebody's psql does not count. */
async function countClients(access: ClusterAccess): Promise<number> {
  return withClient(access, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name LIKE 'gatewright%'`,
    );
    return rows[0]?.count ?? 0;
  });
}

async function createDatabase(access: ClusterAccess, name: string): Promise<void> {
  await withClient(access, async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  });
}

async function withClient<T>(access: ClusterAccess, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: urlOf(access, MAINTENANCE_DATABASE),
    application_name: 'dev start',
  });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}
