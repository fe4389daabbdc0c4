import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../kernel/ids.js';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The gateway's id from its data directory, made once. A file that holds no id is written anew. */
export async function readOrMakeGatewayId(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'gateway');
  const path = join(folder, 'id');
  await mkdir(folder, { recursive: true });
  const stored = (await readFileIfThere(path))?.trim() ?? '';
  if (ID.test(stored)) return stored;
  const id = newId();
  await writeFile(`${path}.new`, `${id}\n`);
  await rename(`${path}.new`, path);
  return id;
}

async function readFileIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
