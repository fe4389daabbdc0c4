import { randomBytes } from 'node:crypto';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { ClusterFolder } from './cluster-folder.js';
import { readIfThere, statIfThere } from './files.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { runProgram } from './run-program.js';

/** Name of the only user of an embedded cluster. */
export const CLUSTER_USER = 'gatewright';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

const accessSchema = z.object({
  password: z.string().min(1),
  /** The port of the last start, taken again when it is free. */
  port: z.number().int().min(0).max(65_535),
});

/** How to reach a cluster; kept in `<dataDir>/postgres.json`, readable by its owner only. */
export type ClusterAccess = z.output<typeof accessSchema>;

/**
 * The access data of the cluster in `folder`, which is made first when there is none.
 * @param isDurable false skips waiting for the disk.
 * @throws Error with the output of initdb when it fails, or when the access data of an existing cluster are lost.
 */
export async function openCluster(
  folder: ClusterFolder,
  dataDir: string,
  binaries: PostgresBinaries,
  isDurable: boolean,
): Promise<ClusterAccess> {
  const text = await readIfThere(accessFile(dataDir));
  if ((await statIfThere(folder.path)) === null) {
    const access: ClusterAccess = { password: randomBytes(24).toString('base64url'), port: 0 };
    await makeCluster(folder, binaries, access.password, isDurable);
    await saveAccess(dataDir, access);
    return access;
  }
  if (text !== null) return accessSchema.parse(JSON.parse(text));
  throw new Error(
    `${accessFile(dataDir)} with the password of the database is missing. ` +
      `Bring it back, or delete ${join(dataDir, 'postgres')} to begin with an empty database.`,
  );
}

/** Keeps the access data for the next start. */
export async function saveAccess(dataDir: string, access: ClusterAccess): Promise<void> {
  await writeFile(accessFile(dataDir), `${JSON.stringify(access)}\n`, { mode: OWNER_ONLY_FILE });
}

function accessFile(dataDir: string): string {
  return join(dataDir, 'postgres.json');
}

/** initdb works under a passing name, so that a cluster that was cut off half-made is never taken for a whole one. */
async function makeCluster(
  { path, account }: ClusterFolder,
  binaries: PostgresBinaries,
  password: string,
  isDurable: boolean,
): Promise<void> {
  const making = `${path}.making`;
  const passwordFile = `${path}.password`;
  await rm(making, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(making, { mode: OWNER_ONLY_FOLDER });
  await writeFile(passwordFile, `${password}\n`, { mode: OWNER_ONLY_FILE });
  try {
    if (account) {
      await chown(making, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    const argv = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', '--no-instructions'];
    argv.push(`--username=${CLUSTER_USER}`, `--pwfile=${passwordFile}`, `--pgdata=${making}`);
    if (!isDurable) argv.push('--no-sync');
    const { code, output } = await runProgram(account, binaries.initdb, argv);
    if (code !== 0) throw new Error(`initdb failed:\n${output.trim()}`);
    await rename(making, path);
  } finally {
    await rm(passwordFile, { force: true });
  }
}
