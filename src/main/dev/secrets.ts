import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { newAppKeyValue, newId, newSecret } from '../../kernel/ids.js';
import { readIfThere } from './files.js';

const ENCRYPTION_KEY_BYTES = 32;
const OWNER_ONLY = 0o600;

const secretsSchema = z.object({
  BOOTSTRAP_APP_KEY: z.string(),
  BOOTSTRAP_ACCESS_KEY_ID: z.string(),
  BOOTSTRAP_ACCESS_KEY_SECRET: z.string(),
  GATEWAY_TOKEN: z.string(),
  ENCRYPTION_KEY: z.string(),
});

const keptSchema = secretsSchema.partial({ BOOTSTRAP_ACCESS_KEY_ID: true, BOOTSTRAP_ACCESS_KEY_SECRET: true });

/** The secrets that both processes need, by the names of their environment variables. */
export type DevSecrets = z.output<typeof secretsSchema>;

/** The secrets that a start runs with. */
export interface StartSecrets {
  readonly secrets: DevSecrets;
  /** Whether this start has made up the access key of the first administrator; nobody knows it yet. */
  readonly isAccessKeyNew: boolean;
}

/**
 * The secrets of this installation: those of the environment, else those of `<dataDir>/dev.json`, which is
 * written at the first start so that every later one has the same.
 * @throws Error when the file is not what was written.
 */
export async function readSecrets(dataDir: string, environment: NodeJS.ProcessEnv): Promise<StartSecrets> {
  const { kept, isAccessKeyNew } = await keptSecrets(join(dataDir, 'dev.json'));
  const given = givenAccessKey(environment);
  const secrets = {
    ...kept,
    ...given,
    BOOTSTRAP_APP_KEY: environment.BOOTSTRAP_APP_KEY || kept.BOOTSTRAP_APP_KEY,
    GATEWAY_TOKEN: environment.GATEWAY_TOKEN || kept.GATEWAY_TOKEN,
    ENCRYPTION_KEY: environment.ENCRYPTION_KEY || kept.ENCRYPTION_KEY,
  };
  return { secrets, isAccessKeyNew: isAccessKeyNew && given === null };
}

/** Both from the environment or neither: an id and a secret of two places do not belong together. */
function givenAccessKey(environment: NodeJS.ProcessEnv): Partial<DevSecrets> | null {
  const { BOOTSTRAP_ACCESS_KEY_ID = '', BOOTSTRAP_ACCESS_KEY_SECRET = '' } = environment;
  if (BOOTSTRAP_ACCESS_KEY_ID === '' && BOOTSTRAP_ACCESS_KEY_SECRET === '') return null;
  return { BOOTSTRAP_ACCESS_KEY_ID, BOOTSTRAP_ACCESS_KEY_SECRET };
}

/** What the file holds, after it was made, or given the access key that files of earlier versions lack. */
async function keptSecrets(file: string): Promise<{ kept: DevSecrets; isAccessKeyNew: boolean }> {
  const text = await readIfThere(file);
  const known = text === null ? {} : keptSchema.parse(JSON.parse(text));
  const kept = { ...newSecrets(), ...known };
  const isAccessKeyNew = !('BOOTSTRAP_ACCESS_KEY_ID' in known);
  if (isAccessKeyNew) await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`, { mode: OWNER_ONLY });
  return { kept, isAccessKeyNew };
}

function newSecrets(): DevSecrets {
  return {
    BOOTSTRAP_APP_KEY: newAppKeyValue(),
    BOOTSTRAP_ACCESS_KEY_ID: newId(),
    BOOTSTRAP_ACCESS_KEY_SECRET: newSecret(),
    GATEWAY_TOKEN: newSecret(),
    ENCRYPTION_KEY: randomBytes(ENCRYPTION_KEY_BYTES).toString('hex'),
  };
}
