import { chmod, mkdir, realpath, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../kernel/ids.js';
import { lstatIfThere, statIfThere } from './files.js';
import { runProgram, type RunAs } from './run-program.js';
import { sharedFolder } from './shared-folder.js';
import { unprivilegedAccount } from './unprivileged-account.js';

const ENTERED_BY_ALL = 0o755;

/** Where the files of a cluster lie (or will), and who its server runs as. */
export interface ClusterFolder {
  readonly path: string;
  readonly account: RunAs;
}

/**
 * The folder of the cluster that belongs to `dataDir`: `<dataDir>/postgres` or, when the user that PostgreSQL
 * runs as cannot enter `dataDir`, a folder elsewhere that a link of that name points to.
 * The folder itself may not exist yet; its parent does.
 * @param dataDir absolute path of an existing folder.
 * @param say is told when the files lie elsewhere for the first time.
 * @throws Error when the cluster belongs to a user that this process cannot become.
 */
export async function clusterFolder(dataDir: string, say: (line: string) => void): Promise<ClusterFolder> {
  const path = join(dataDir, 'postgres');
  const cluster = await statIfThere(path);
  if (cluster) return { path: await realpath(path), account: ownerAccount(path, cluster.uid, cluster.gid) };
  const account = await unprivilegedAccount();
  // A link without a target is left when its target was cleaned away; the data are gone with it.
  if (await lstatIfThere(path)) await unlink(path);
  if (account === null || (await canEnter(account, dataDir))) return { path, account };
  // A name of its own every time: a deleted data folder leaves its files there, whose password is gone with it.
  const elsewhere = join(await sharedFolder(), newId());
  await mkdir(elsewhere);
  // The umask may have shut everybody else out; the cluster in it is its owner's alone anyway.
  await chmod(elsewhere, ENTERED_BY_ALL);
  const moved = join(elsewhere, 'postgres');
  await symlink(moved, path);
  say(`The database is kept in ${moved}, because the user it runs as (${account.name}) cannot enter ${dataDir}.`);
  return { path: moved, account };
}

/** A cluster is only ever run by the owner of its files, whoever started it the first time. */
function ownerAccount(path: string, uid: number, gid: number): RunAs {
  const self = process.getuid?.();
  if (self === undefined || self === uid) return null;
  if (self === 0) return { name: `with id ${uid}`, uid, gid };
  throw new Error(
    `${path} belongs to another user (id ${uid}). Start as that user, or set DATA_DIR to another folder.`,
  );
}

async function canEnter(account: RunAs, folder: string): Promise<boolean> {
  const { code } = await runProgram(account, '/bin/sh', ['-c', '[ -x "$1" ]', 'sh', folder]);
  return code === 0;
}
