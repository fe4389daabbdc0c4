import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../kernel/ids.js';
import { ensureFolder, putInPlace } from '../files.js';
import { errorFields, type Log } from '../log.js';

const ID = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * The gateway's id from its data directory, made once. What lies there and holds no id is written anew.
 * Where it cannot be written, it holds for this run alone: a full disk must not keep a gateway from starting.
 */
export async function readOrMakeGatewayId(dataDir: string, log: Log): Promise<string> {
  const folder = join(dataDir, 'gateway');
  const path = join(folder, 'id');
  const stored = await readStored(path, log);
  if (ID.test(stored)) return stored;
  const id = newId();
  try {
    await ensureFolder(folder);
    await writeFile(`${path}.new`, `${id}\n`);
    await putInPlace(`${path}.new`, path);
  } catch (error) {
    log('error', 'the id of the gateway could not be stored', errorFields(error));
  }
  return id;
}

async function readStored(path: string, log: Log): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    if (!isMissing) log('warn', 'the stored id of the gateway was left out', errorFields(error));
    return '';
  }
}
