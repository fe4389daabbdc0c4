import { access, chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFolder } from '../../src/main/dev/cluster-folder.js';
import { CLUSTER_USER, openCluster } from '../../src/main/dev/cluster.js';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { launchServer, SERVER_HOST, stopServer } from '../../src/main/dev/postgres-server.js';

/** Where Debian keeps the programs of each version, the server's and the clients' beside each other. */
const VERSIONS = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'pg_ctl', 'postgres', 'psql', 'pg_dump', 'pg_restore'];
const MAX_CONNECTIONS = 50;

/** A PostgreSQL of the machine, which has pg_dump and pg_restore of the same version, as the embedded one has not. */
export interface InstalledPostgres {
  readonly programs: string;
  /** The URL of a database. */
  url(database: string): string;
  /** Stops it and removes its data. */
  end(): Promise<void>;
}

/** The folder with the programs of the newest PostgreSQL that is installed as a whole; null without one. */
export async function findInstalledPostgres(): Promise<string | null> {
  const versions = await readdir(VERSIONS).catch(() => []);
  for (const version of versions.toSorted((a, b) => Number(b) - Number(a))) {
    const folder = join(VERSIONS, version, 'bin');
    const found = await Promise.allSettled(PROGRAMS.map((program) => access(join(folder, program))));
    if (found.every(({ status }) => status === 'fulfilled')) return folder;
  }
  return null;
}

/** Starts the server of these programs in a folder that end() removes. */
export async function startInstalledPostgres(programs: string): Promise<InstalledPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatewright-installed-'));
  // As root, the server runs as somebody else, who has to be able to enter the folder.
  await chmod(dataDir, 0o755);
  await mkdir(join(dataDir, 'logs'));
  const binaries = {
    initdb: join(programs, 'initdb'),
    postgres: join(programs, 'postgres'),
    pgCtl: join(programs, 'pg_ctl'),
  };
  const folder = await clusterFolder(dataDir, () => undefined);
  const { password } = await openCluster(folder, dataDir, binaries, false);
  const files = { ...folder, binaries, logFile: join(dataDir, 'logs', 'postgres.log') };
  const port = await findFreePort(SERVER_HOST);
  await launchServer(files, port, {
    listen_addresses: SERVER_HOST,
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    timezone: 'UTC',
    fsync: 'off',
  });
  return {
    programs,
    url: (database) => `postgresql://${CLUSTER_USER}:${password}@${SERVER_HOST}:${port}/${database}`,
    end: async () => {
      await stopServer(files);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
