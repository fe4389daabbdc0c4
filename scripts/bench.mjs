// npm run bench -- <name> [arguments]: runs a benchmark of bench/ by name; without a name, lists them.
import { existsSync, readdirSync } from 'node:fs';
import { prepare } from './setup/prepare.mjs';
import { main } from './setup/run.mjs';

const folder = new URL('../bench/', import.meta.url);
const [name = ''] = process.argv.splice(2, 1);

await main(async () => {
  const program = new URL(`${name}.ts`, folder);
  if (!/^[a-z-]+$/.test(name) || !existsSync(program)) {
    const names = readdirSync(folder).filter((file) => /^[a-z]+-[a-z-]+\.ts$/.test(file));
    throw new Error(`Name one of: ${names.map((file) => file.replace('.ts', '')).join(', ')}`);
  }
  await prepare();
  await import('./typescript-loader.mjs');
  await import(program.href);
});
