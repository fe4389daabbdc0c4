import { chmod, mkdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SYSTEM_FOLDER = '/var/lib/gatewright';
const OPEN_MODE = 0o755;
const WRITABLE_BY_OTHERS = 0o022;
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR']);

/**
 * A folder that every user can enter and only this one can write to: /var/lib/gatewright, or one in the
 * folder for temporary files where that cannot be made.
 * @throws Error when neither can be had, or when the temporary one belongs to somebody else.
 */
export async function sharedFolder(): Promise<string> {
  if (await madeOurs(SYSTEM_FOLDER)) return SYSTEM_FOLDER;
  const fallback = join(tmpdir(), `gatewright-${process.getuid?.() ?? 'shared'}`);
  if (await madeOurs(fallback)) return fallback;
  throw new Error(`Neither ${SYSTEM_FOLDER} nor ${fallback} can be used: not ours, or writable by others`);
}

/** A name in a folder for everybody may be taken by a stranger, whose programs we would then run. */
async function madeOurs(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true });
    const { uid } = await stat(folder);
    if (uid !== process.getuid?.()) return false;
    await chmod(folder, OPEN_MODE);
    const { mode } = await stat(folder);
    return (mode & WRITABLE_BY_OTHERS) === 0;
  } catch (error) {
    if (REFUSALS.has((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}
