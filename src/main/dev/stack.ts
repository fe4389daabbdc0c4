import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { memoryVariablesOf, nodeFlagsOf, type Program } from '../node-flags.js';
import { type Child, startChild } from './child-process.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.js';
import { readLogTail } from './postgres-server.js';
import { readSecrets, type StartSecrets } from './secrets.js';
import type { DevSettings, Listener } from './settings.js';

const DATABASE = 'gatewright';
const MAX_CONNECTIONS = 100;
const PATIENCE_MS = 10_000;
/** Files for TLS and tokens are for processes that are started one by one: these two talk within this machine. */
const WITHOUT_FILES = {
  controlPlane: { TLS_CERT_FILE: '', TLS_KEY_FILE: '', TLS_CLIENT_CA_FILE: '' },
  gateway: {
    GATEWAY_TOKEN_FILE: '',
    CONTROL_PLANE_CA_FILE: '',
    CONTROL_PLANE_CERT_FILE: '',
    CONTROL_PLANE_KEY_FILE: '',
  },
};
const PROGRAMS = new URL('../', import.meta.url);

/** A part of the stack that ended by itself: what it was, how it ended, where its log is and how that ends. */
export interface Death {
  readonly name: string;
  readonly how: string;
  readonly logFile: string;
  readonly lastLines: string;
}

/**
 * PostgreSQL, the control plane and a gateway, started in this order and stopped in the opposite one.
 * `say` is told, a line at a time, what should be seen at once.
 */
export class DevStack {
  private postgres: EmbeddedPostgres | null = null;
  private controlPlane: Child | null = null;
  private gateway: Child | null = null;

  constructor(
    private readonly settings: DevSettings,
    private readonly say: (line: string) => void,
  ) {}

  /**
   * Starts everything and waits until it is ready.
   * @returns the secrets that it runs with.
   * @throws Error when a part does not start, or the reason of `signal` when that aborts. What runs has to be stopped.
   */
  async start(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<StartSecrets> {
    const { settings } = this;
    await mkdir(join(settings.dataDir, 'logs'), { recursive: true });
    const started = await readSecrets(settings.dataDir, environment);
    const { secrets } = started;
    const databaseUrl = settings.databaseUrl ?? (await this.startPostgres());
    signal.throwIfAborted();
    const controlPlaneUrl = urlOf(settings.controlPlane);
    this.controlPlane = await this.startChild('control plane', 'control-plane', {
      ...secrets,
      ...WITHOUT_FILES.controlPlane,
      PORT: String(settings.controlPlane.port),
      HOST: settings.controlPlane.host,
      DATABASE_URL: databaseUrl,
      GATEWAY_PUBLIC_PORT: environment.GATEWAY_PUBLIC_PORT || String(settings.gateway.port),
    });
    await this.controlPlane.ready(`${controlPlaneUrl}/health/ready`, signal);
    const gatewayData = join(settings.dataDir, 'gateway');
    await mkdir(gatewayData, { recursive: true });
    this.gateway = await this.startChild('gateway', 'gateway', {
      ...WITHOUT_FILES.gateway,
      GATEWAY_TOKEN: secrets.GATEWAY_TOKEN,
      GATEWAY_PORT: String(settings.gateway.port),
      GATEWAY_HOST: settings.gateway.host,
      GATEWAY_REGION: settings.region,
      CONTROL_PLANE_URL: controlPlaneUrl,
      DATA_DIR: gatewayData,
    });
    await this.gateway.ready(`${urlOf(settings.gateway)}/health/ready`, signal);
    return started;
  }

  /** The first part that ends by itself; also one that ended while the others were started. */
  async death(): Promise<Death> {
    const children = [this.gateway, this.controlPlane].filter((child) => child !== null);
    const deaths = children.map(async (child) => {
      const how = await child.ended;
      return { name: child.name, how, logFile: child.logFile, lastLines: child.tail().join('\n') };
    });
    const { postgres } = this;
    return Promise.race(postgres ? [...deaths, postgresDeath(postgres)] : deaths);
  }

  /** Stops what runs: first who serves, last who stores. Each part has some seconds, then it is made to end. */
  async stop(): Promise<void> {
    await this.gateway?.stop(PATIENCE_MS);
    await this.controlPlane?.stop(PATIENCE_MS);
    await this.postgres?.stop();
  }

  /** Ends the two processes at once; PostgreSQL, which repairs itself at the next start, still gets its stop(). */
  kill(): void {
    this.gateway?.kill();
    this.controlPlane?.kill();
  }

  private async startPostgres(): Promise<string> {
    const { dataDir } = this.settings;
    this.postgres = await startEmbeddedPostgres({
      dataDir,
      isDurable: true,
      maxConnections: MAX_CONNECTIONS,
      say: this.say,
    });
    await this.postgres.createDatabase(DATABASE);
    return this.postgres.url(DATABASE);
  }

  private startChild(name: string, program: Program, environment: Record<string, string>): Promise<Child> {
    return startChild({
      name,
      program: new URL(`${program}.js`, PROGRAMS),
      nodeFlags: nodeFlagsOf(program),
      environment: { ...memoryVariablesOf(program), ...environment },
      logFile: join(this.settings.dataDir, 'logs', `${program}.log`),
      say: this.say,
    });
  }
}

/** The URL at which this machine reaches a listener. */
export function urlOf({ host, port }: Listener): string {
  const isEverywhere = host === '0.0.0.0' || host === '::';
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

async function postgresDeath(postgres: EmbeddedPostgres): Promise<Death> {
  await postgres.ended;
  const { logFile } = postgres;
  return { name: 'PostgreSQL', how: 'by itself or by somebody else', logFile, lastLines: await readLogTail(logFile) };
}
