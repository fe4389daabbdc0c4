import { readFile } from 'node:fs/promises';
import type { SecureContextOptions } from 'node:tls';
import type { Log } from '../log.js';
import type { ControlPlaneFiles, GatewaySettings } from '../settings.js';

/**
 * How the gateway stands with the control plane. `refused`: its token, or its certificate, does not let it in. `away`:
 * there is no answer, or none of use. `unknown`: it has just been asked for the first time.
 */
export type LinkState = 'unknown' | 'ok' | 'refused' | 'away';

const MIN_TOKEN_LENGTH = 16;
const REFUSED = 'the control plane refuses this gateway, which goes on serving what it has; is its token revoked?';
/** Answers that say that this gateway is not let in. */
const REFUSALS = new Set([401, 403]);

/** What all calls of a gateway to the control plane have in common: the token, the certificates, and how it stands. */
export class ControlPlaneLink {
  private current: LinkState = 'unknown';
  private successMs: number | null = null;

  private constructor(
    private readonly settings: GatewaySettings,
    private readonly log: Log,
    private token: string,
    /** The gateway's certificate, and whose the control plane's must be. */
    readonly certificates: SecureContextOptions,
  ) {}

  /** @throws Error that names a file which cannot be read, or holds no token */
  static async open(settings: GatewaySettings, log: Log): Promise<ControlPlaneLink> {
    const { gatewayTokenFile, gatewayToken = '' } = settings;
    const token = gatewayTokenFile === undefined ? gatewayToken : await readToken(gatewayTokenFile);
    return new ControlPlaneLink(settings, log, token, await readCertificates(settings.controlPlaneFiles));
  }

  /** When the control plane last said what is to be served, in milliseconds since 1970; null: not yet. */
  get confirmedAtMs(): number | null {
    return this.successMs;
  }

  get state(): LinkState {
    return this.current;
  }

  /** What to show to the control plane. */
  get authorization(): string {
    return `Bearer ${this.token}`;
  }

  /**
   * Reads the token anew that was refused. True when it is another one by now.
   * @throws Error when its file cannot be read or holds no token
   */
  async renew(refused: string): Promise<boolean> {
    const { gatewayTokenFile } = this.settings;
    if (gatewayTokenFile !== undefined) this.token = await readToken(gatewayTokenFile);
    return this.authorization !== refused;
  }

  /** Notes that the control plane has answered a question for the manifest. */
  noteSuccess(): void {
    if (this.current === 'refused') this.log('info', 'the control plane lets this gateway in again');
    this.current = 'ok';
    this.successMs = Date.now();
  }

  /** Notes that it has not: with which status, or null where no answer came. The refusal is said once. */
  noteFailure(status: number | null): void {
    const isRefused = status !== null && REFUSALS.has(status);
    if (isRefused && this.current !== 'refused') this.log('error', REFUSED, { status });
    this.current = isRefused ? 'refused' : 'away';
  }
}

async function readToken(file: string): Promise<string> {
  const token = (await readNamed('GATEWAY_TOKEN_FILE', file)).trim();
  if (token.length < MIN_TOKEN_LENGTH) {
    throw new Error(`GATEWAY_TOKEN_FILE: ${file} holds no token of at least ${MIN_TOKEN_LENGTH} characters`);
  }
  return token;
}

/** Without authorities of its own the public ones are trusted. */
async function readCertificates({ caFile, certFile, keyFile }: ControlPlaneFiles): Promise<SecureContextOptions> {
  return {
    minVersion: 'TLSv1.2',
    ...(caFile === undefined ? {} : { ca: await readNamed('CONTROL_PLANE_CA_FILE', caFile) }),
    ...(certFile === undefined ? {} : { cert: await readNamed('CONTROL_PLANE_CERT_FILE', certFile) }),
    ...(keyFile === undefined ? {} : { key: await readNamed('CONTROL_PLANE_KEY_FILE', keyFile) }),
  };
}

async function readNamed(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${variable}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
