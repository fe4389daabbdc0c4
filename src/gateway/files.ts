import { mkdir, rename, rm } from 'node:fs/promises';

/** What the system says where a file of another kind is in the way. */
const IN_THE_WAY = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY']);

/** Makes a folder of the data directory; whatever else lies in its place is removed. */
export async function ensureFolder(path: string): Promise<void> {
  await clearingTheWay(path, () => mkdir(path, { recursive: true }));
}

/** Puts a whole draft in the place of a file; a folder that lies there is removed. */
export async function putInPlace(draft: string, path: string): Promise<void> {
  await clearingTheWay(path, () => rename(draft, path));
}

async function clearingTheWay(path: string, attempt: () => Promise<unknown>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!IN_THE_WAY.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rm(path, { recursive: true, force: true });
    await attempt();
  }
}
