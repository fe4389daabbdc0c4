import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum, bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engine from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Where the package keeps the glue and the binary; its own entry expects a bundler that loads WebAssembly. */
const GLUE = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg');

/** Object ids of PostgreSQL's types "char" and text. */
const CHAR = 18;
const TEXT = 25;

/**
 * Prisma's adapter, for the engine: that asks PostgreSQL's catalogue for columns of type "char", which the
 * adapter refuses. Here they are read as text and handed on as single characters, by the names they come under.
 */
function catalogAdapter(pool) {
  const charColumns = new Set();
  const query = pool.query.bind(pool);
  pool.query = async (...words) => {
    const result = await query(...words);
    for (const field of result.fields.filter(({ dataTypeID }) => dataTypeID === CHAR)) {
      charColumns.add(field.name);
      field.dataTypeID = TEXT;
    }
    return result;
  };
  const factory = new PrismaPg(pool, { schema: 'public' });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (statement) => {
      const result = await queryRaw(statement);
      const types = result.columnTypes.map((type, at) =>
        charColumns.has(result.columnNames[at]) ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes: types };
    };
    return adapter;
  };
  return factory;
}

/**
 * The SQL that turns a database into what a Prisma schema says. Prisma's command for this starts a native
 * engine that has to be downloaded; the same engine as WebAssembly comes as a package.
 * @param {string} databaseUrl of a database whose migrations are applied
 * @param {{ path: string, content: string }} schema
 * @returns {Promise<string>} empty when they agree
 */
export async function schemaDifference(databaseUrl, schema) {
  await load();
  const pool = new pg.Pool({ connectionString: databaseUrl });
  try {
    const factory = bindMigrationAwareSqlAdapterFactory(catalogAdapter(pool));
    const schemaEngine = await engine.SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, noLog, factory);
    const { stdout } = await schemaEngine.diff({
      from: { tag: 'schemaDatasource', files: [schema], configDir: '.' },
      to: { tag: 'schemaDatamodel', files: [schema] },
      script: true,
      exitCode: false,
      shadowDatabaseUrl: null,
      filters: { externalTables: ['public._prisma_migrations'], externalEnums: [] },
    });
    return isEmpty(stdout) ? '' : stdout;
  } finally {
    await pool.end();
  }
}

/** A migration that does nothing is still one comment. */
function isEmpty(sql) {
  return (sql ?? '').split('\n').every((line) => line.trim() === '' || line.startsWith('--'));
}

function noLog() {
  return undefined;
}

async function load() {
  // The engine tells here why it gives up; what it throws afterwards says nothing.
  globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (reason) => console.error(reason) };
  const binary = await readFile(fileURLToPath(new URL('schema_engine_bg.wasm', GLUE)));
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': engine });
  engine.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
}
