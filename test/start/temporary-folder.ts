import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lstatIfThere } from '../../src/main/dev/files.js';

/** A folder that every user can enter, as a data folder usually is. */
export async function temporaryFolder(mode = 0o755): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-start-'));
  await chmod(folder, mode);
  return folder;
}

/** Removes a data folder, and the cluster that it points to when that lies elsewhere. */
export async function removeDataFolder(folder: string): Promise<void> {
  const cluster = join(folder, 'postgres');
  const stats = await lstatIfThere(cluster);
  if (stats?.isSymbolicLink()) await rm(dirname(await realpath(cluster)), { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
}
