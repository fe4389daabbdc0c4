import { resolve } from 'node:path';
import * as z from 'zod';
import { parseEnvironment, portVariable } from '../../kernel/environment.js';

/** Only this machine, unless asked for more: whoever reaches the management API needs no more than the appKey. */
const LOOPBACK = '127.0.0.1';

const settingsSchema = z.object({
  PORT: portVariable(1).default(3000),
  HOST: z.string().default(LOOPBACK),
  GATEWAY_PORT: portVariable(1).default(8080),
  GATEWAY_HOST: z.string().default(LOOPBACK),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z.string().optional(),
  REGIONS: z.string().default('KR1'),
});

/** Where an address is listened on, and the variables that say so. */
export interface Listener {
  readonly variable: 'PORT' | 'GATEWAY_PORT';
  readonly port: number;
  readonly host: string;
}

/** What the start for development decides itself; the two processes check the rest of the environment. */
export interface DevSettings {
  readonly controlPlane: Listener;
  readonly gateway: Listener;
  /** Absolute path. */
  readonly dataDir: string;
  /** Undefined: the embedded PostgreSQL is started. */
  readonly databaseUrl: string | undefined;
  /** The region that the one gateway serves. */
  readonly region: string;
}

/**
 * Reads the settings.
 * @throws Error that names every bad variable and what it should be.
 */
export function readDevSettings(environment: NodeJS.ProcessEnv): DevSettings {
  const values = parseEnvironment(settingsSchema, environment);
  if (values.PORT === values.GATEWAY_PORT) throw new Error(`PORT and GATEWAY_PORT are both ${values.PORT}`);
  return {
    controlPlane: { variable: 'PORT', port: values.PORT, host: values.HOST },
    gateway: { variable: 'GATEWAY_PORT', port: values.GATEWAY_PORT, host: values.GATEWAY_HOST },
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    region: values.REGIONS.split(',')[0]?.trim() ?? '',
  };
}
