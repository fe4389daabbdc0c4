import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { newId } from '../../src/kernel/ids.js';
import { SecretBox } from '../../src/kernel/secret-box.js';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { administratorKey } from './administrator-key.js';
import { Api } from './api.js';
import { noteSecrets } from './logged-secrets.js';
import { type ProductProcess, startProcess } from './process.js';
import { STATE_FILE_VARIABLE } from './state-file.js';
import { joinProject, newUser, type Role, type TestUser } from './users.js';

/** What the global set-up has started, by Jest worker. */
export interface HarnessState {
  /** URL of a database; `{database}` stands for its name. */
  readonly databaseUrlPattern: string;
  readonly workers: readonly StackAddress[];
}

/** Where a running stack is reached. */
export interface StackAddress {
  readonly controlUrl: string;
  readonly gatewayPorts: readonly number[];
  readonly databaseUrl: string;
  readonly gatewayToken: string;
}

const LOCK_WAIT_MS = 10_000;
const ENCRYPTION_KEY = 'e1'.repeat(32);

/** A running control plane with gateways and a database, for tests. */
export class Stack {
  constructor(readonly address: StackAddress) {}

  get gatewayPort(): number {
    const [port] = this.address.gatewayPorts;
    if (port === undefined) throw new Error('The stack has no gateway');
    return port;
  }

  /** A client for a new, empty project of its own. Without a gateway, give the port that requests go to. */
  async newProject(gatewayPort = this.gatewayPort): Promise<Api> {
    const appKey = `test-${newId()}`;
    noteSecrets([appKey]);
    await this.query(
      `WITH p AS (INSERT INTO project (id, name) VALUES ($1, 'test') RETURNING id)
       INSERT INTO app_key (id, project_id, value) SELECT $1, id, $2 FROM p`,
      [newId(), appKey],
    );
    return new Api(this.address.controlUrl, appKey, gatewayPort);
  }

  /** A new user with this role in the project of a client, and the client of v2.0 that the user has. */
  async asUser(api: Api, role: Role): Promise<TestUser & { readonly api: Api }> {
    const user = await newUser(this);
    await joinProject(this, api, user, role);
    return { ...user, api: api.withToken(user.token) };
  }

  /** A connection to the stack's database. End it. */
  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.address.databaseUrl });
    await client.connect();
    return client;
  }

  /** Waits until somebody waits for a lock that the connection holds. */
  async waitForLockWaiter(holder: pg.Client): Promise<void> {
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const deadline = Date.now() + LOCK_WAIT_MS;
    while (Date.now() < deadline) {
      const waiting = await this.query('SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))', [
        rows[0]?.pid,
      ]);
      if (waiting.length > 0) return;
    }
    throw new Error('Nobody came to wait for the lock');
  }

  /** What the control planes encrypt and hash secrets with. */
  async dataKey(): Promise<Buffer> {
    const [row] = await this.query<{ wrapped: string }>('SELECT wrapped FROM data_key_wrap ORDER BY id DESC LIMIT 1');
    return Buffer.from(new SecretBox(Buffer.from(ENCRYPTION_KEY, 'hex')).open(row?.wrapped ?? ''), 'base64');
  }

  /** Runs SQL on the stack's database, past the control plane. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }
}

/** The stack that belongs to this Jest worker. Shared between test files: use a project of your own. */
export async function useStack(): Promise<Stack> {
  const state = await readState();
  const address = state.workers[(Number(process.env['JEST_WORKER_ID'] ?? '1') - 1) % state.workers.length];
  if (!address) throw new Error('The global set-up has started no stack');
  return new Stack(address);
}

/** A stack that a test may break, with its processes. */
export interface PrivateStack extends Stack {
  readonly controlPlanes: ProductProcess[];
  readonly gateways: ProductProcess[];
  readonly variables: Record<string, string>;
  startControlPlane(variables?: Record<string, string>): Promise<ProductProcess>;
  /** Waits for `readyPath`, of which one that never becomes ready has `/health/live` alone. */
  startGateway(variables?: Record<string, string>, readyPath?: string): Promise<ProductProcess>;
  /** A data folder for a gateway that is to be started more than once. */
  gatewayDataDir(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a stack of a test's own: a new database, control planes and gateways. Stop it after the test. */
export async function startPrivateStack(
  options: { controlPlanes?: number; gateways?: number; variables?: Record<string, string> } = {},
): Promise<PrivateStack> {
  return launchStack(await useEmptyDatabase(), options);
}

/** Makes a database of a test's own and gives its URL. */
export async function useEmptyDatabase(): Promise<string> {
  const { databaseUrlPattern } = await readState();
  const database = `private_${newId()}`;
  const maintenance = new Stack({ ...nowhere, databaseUrl: databaseUrlPattern.replace('{database}', 'postgres') });
  await maintenance.query(`CREATE DATABASE ${database}`);
  return databaseUrlPattern.replace('{database}', database);
}

const nowhere: StackAddress = { controlUrl: '', gatewayPorts: [], databaseUrl: '', gatewayToken: '' };

/** Starts the processes of a stack on a database that exists. */
export async function launchStack(
  databaseUrl: string,
  { controlPlanes = 1, gateways = 1, variables = {} }: Parameters<typeof startPrivateStack>[0] & object,
): Promise<PrivateStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'gatewright-stack-'));
  const shared = {
    DATABASE_URL: databaseUrl,
    GATEWAY_TOKEN: `token-${newId()}`,
    ENCRYPTION_KEY,
    ALLOWED_UPSTREAM_PORTS: '1-65535',
    // All tests together are one client, and one that fails to log in more often than any other.
    MANAGEMENT_RATE_LIMIT_PER_ADDRESS: '1000000',
    MANAGEMENT_RATE_LIMIT_PER_APP_KEY: '1000000',
    MANAGEMENT_FAILED_LOGINS_PER_ADDRESS: '1000000',
    BOOTSTRAP_ACCESS_KEY_ID: administratorKey.id,
    BOOTSTRAP_ACCESS_KEY_SECRET: administratorKey.secret,
    ...variables,
  };
  noteSecrets([shared.GATEWAY_TOKEN, shared.ENCRYPTION_KEY, shared.BOOTSTRAP_ACCESS_KEY_SECRET]);
  noteSecrets([decodeURIComponent(new URL(databaseUrl).password)]);
  const running = { controlPlanes: [] as ProductProcess[], gateways: [] as ProductProcess[] };
  const startControlPlane = async (extra: Record<string, string> = {}) => {
    const port = Number(extra['PORT'] ?? (await findFreePort('127.0.0.1')));
    const started = await startProcess('control-plane', port, {
      PORT: String(port),
      HOST: '127.0.0.1',
      ...shared,
      ...extra,
    });
    running.controlPlanes.push(started);
    return started;
  };
  const gatewayDataDir = async (name: string) => {
    const folder = join(dataDir, name);
    await mkdir(folder, { recursive: true });
    return folder;
  };
  const startGateway = async (extra: Record<string, string> = {}, readyPath?: string) => {
    const port = await findFreePort('127.0.0.1');
    const id = newId();
    const variables = {
      GATEWAY_PORT: String(port),
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_ID: id,
      DATA_DIR: join(dataDir, id),
      CONTROL_PLANE_URL: running.controlPlanes[0]?.url ?? '',
      ...shared,
      ...extra,
    };
    const started = await startProcess('gateway', port, variables, readyPath);
    running.gateways.push(started);
    return started;
  };
  for (let count = 0; count < controlPlanes; count += 1) await startControlPlane();
  for (let count = 0; count < gateways; count += 1) await startGateway();
  const address: StackAddress = {
    controlUrl: running.controlPlanes[0]?.url ?? '',
    gatewayPorts: running.gateways.map((gateway) => gateway.port),
    databaseUrl,
    gatewayToken: shared.GATEWAY_TOKEN,
  };
  const stop = async () => {
    await Promise.all(running.gateways.map((gateway) => gateway.stop()));
    await Promise.all(running.controlPlanes.map((controlPlane) => controlPlane.stop()));
    await rm(dataDir, { recursive: true, force: true });
  };
  const operations = { startControlPlane, startGateway, gatewayDataDir, stop };
  return Object.assign(new Stack(address), { ...running, variables: shared, ...operations });
}

async function readState(): Promise<HarnessState> {
  const file = process.env[STATE_FILE_VARIABLE];
  if (!file) throw new Error('The global set-up has not run; use the "system" project of Jest');
  return JSON.parse(await readFile(file, 'utf8')) as HarnessState;
}
