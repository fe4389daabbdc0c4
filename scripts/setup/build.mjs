import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT, runNode } from './run.mjs';
import { contentFingerprint, folderFingerprint, oncePerInput } from './stamps.mjs';

/**
 * Prisma downloads an engine for commands that need one. `generate` needs none, but asks for it; the name of any
 * program that exists satisfies it.
 */
const PRISMA_ENVIRONMENT = {
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
};

/** What says how sources become programs. */
const RECIPE = [
  'tsconfig.json',
  'package-lock.json',
  'scripts/swc-options.mjs',
  'scripts/setup/bundle.mjs',
  'scripts/setup/source-maps.mjs',
];
/** Made by the bundler alone; the compiler makes files with the names of the programs, too. */
const RESULT = 'dist/main/swagger.worker.js';

/** Generates the Prisma client from the schema, unless it is there. */
export async function generateClient() {
  const input = await contentFingerprint('prisma/schema.prisma', 'package-lock.json');
  await oncePerInput({ name: 'client', input, result: 'src/database/client/client.ts' }, async () => {
    console.log('Generating the database client …');
    await runNode('node_modules/prisma/build/index.js', ['generate'], {
      environment: PRISMA_ENVIRONMENT,
      isQuiet: true,
    });
  });
}

/** Compiles src to dist, and makes one file of each program, unless nothing has changed. */
export async function build() {
  const input = `${await folderFingerprint('src')} ${await contentFingerprint(...RECIPE)}`;
  await oncePerInput({ name: 'build', input, result: RESULT }, async () => {
    console.log('Compiling …');
    // What the compiler remembers of earlier runs would keep it from writing again what was deleted.
    if (!existsSync(join(ROOT, 'dist/main/dev.js'))) await rm(join(ROOT, 'dist'), { recursive: true, force: true });
    await runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
    await removeOrphans('dist', 'src');
    // Not before the packages are there.
    const { bundlePrograms } = await import('./bundle.mjs');
    await bundlePrograms();
  });
}

/** A module whose source is gone must not be found any more. */
async function removeOrphans(compiled, sources) {
  for (const entry of await readdir(join(ROOT, compiled), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.js')) continue;
    const path = join(entry.parentPath, entry.name);
    const source = join(ROOT, sources, path.slice(join(ROOT, compiled).length)).replace(/\.js$/, '.ts');
    if (existsSync(source)) continue;
    await rm(path);
    await rm(`${path}.map`, { force: true });
  }
}
