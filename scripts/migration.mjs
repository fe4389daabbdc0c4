// npm run migration -- add-plans: writes the migration that brings a database to what prisma/schema.prisma says;
// with --check only demands that there is nothing to write.
import { mkdir, mkdtemp, chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareTools } from './setup/prepare.mjs';
import { main, ROOT } from './setup/run.mjs';

const SCHEMA = 'prisma/schema.prisma';
const MIGRATIONS = 'prisma/migrations';
const DATABASE = 'migrated';
const NAME = /^[a-z0-9]+([_-][a-z0-9]+)*$/;

await main(async () => {
  const [word = ''] = process.argv.slice(2);
  const isCheck = word === '--check';
  if (!isCheck && !NAME.test(word)) throw new Error('Say what it does: npm run migration -- add-plans');
  await prepareTools();
  const { schemaDifference } = await import('./setup/schema-diff.mjs');
  const schema = { path: SCHEMA, content: await readFile(join(ROOT, SCHEMA), 'utf8') };
  const sql = await withMigratedDatabase((url) => schemaDifference(url, schema));
  if (isCheck && sql !== '') throw new Error(`${SCHEMA} says more than the migrations make:\n${sql}`);
  if (sql === '') console.log('The migrations make what the schema says.');
  else await writeMigration(word, sql);
});

async function writeMigration(name, sql) {
  const folder = join(MIGRATIONS, `${timestamp()}_${name.replaceAll('-', '_')}`);
  await mkdir(join(ROOT, folder));
  await writeFile(join(ROOT, folder, 'migration.sql'), sql);
  console.log(`Wrote ${folder}/migration.sql. Read it: it may drop what the schema language cannot say.`);
}

/** Runs `use` with the URL of a database that has all migrations and nothing else. */
async function withMigratedDatabase(use) {
  await import('./typescript-loader.mjs');
  const { startEmbeddedPostgres } = await import('../src/main/dev/embedded-postgres.ts');
  const { migrate } = await import('../src/database/migrator.ts');
  const dataDir = await mkdtemp(join(tmpdir(), 'gatewright-migration-'));
  await chmod(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({ dataDir, isDurable: false, maxConnections: 20 });
  try {
    await postgres.createDatabase(DATABASE);
    await migrate(postgres.url(DATABASE), join(ROOT, MIGRATIONS));
    return await use(postgres.url(DATABASE));
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function timestamp() {
  return new Date().toISOString().replaceAll(/[-:T]|\..*/g, '');
}
