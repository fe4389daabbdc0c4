import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newSecret } from '../../kernel/ids.js';
import { readIfThere } from './files.js';

const APP_KEY_LENGTH = 20;
const ENCRYPTION_KEY_BYTES = 32;
const OWNER_ONLY = 0o600;

const secretsSchema = z.object({
  BOOTSTRAP_APP_KEY: z.string(),
  GATEWAY_TOKEN: z.string(),
  ENCRYPTION_KEY: z.string(),
});

/** The secrets that both processes need, by the names of their environment variables. */
export type DevSecrets = z.output<typeof secretsSchema>;

/**
 * The secrets of this installation: those of the environment, else those of `<dataDir>/dev.json`, which is
 * written at the first start so that every later one has the same.
 * @throws Error when the file is not what was written.
 */
export async function readSecrets(dataDir: string, environment: NodeJS.ProcessEnv): Promise<DevSecrets> {
  const kept = await keptSecrets(join(dataDir, 'dev.json'));
  return {
    BOOTSTRAP_APP_KEY: environment.BOOTSTRAP_APP_KEY || kept.BOOTSTRAP_APP_KEY,
    GATEWAY_TOKEN: environment.GATEWAY_TOKEN || kept.GATEWAY_TOKEN,
    ENCRYPTION_KEY: environment.ENCRYPTION_KEY || kept.ENCRYPTION_KEY,
  };
}

async function keptSecrets(file: string): Promise<DevSecrets> {
  const text = await readIfThere(file);
  if (text !== null) return secretsSchema.parse(JSON.parse(text));
  const secrets: DevSecrets = {
    BOOTSTRAP_APP_KEY: newSecret().slice(0, APP_KEY_LENGTH),
    GATEWAY_TOKEN: newSecret(),
    ENCRYPTION_KEY: randomBytes(ENCRYPTION_KEY_BYTES).toString('hex'),
  };
  await writeFile(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: OWNER_ONLY });
  return secrets;
}
