import { holdAppKey, Prisma, type Queries } from '../../database/index.js';
import type { Tenant } from '../tenancy/index.js';
import type { KeptTable } from './kept-tables.js';

/** How rows are put back. */
export interface RowRestoration {
  /** Columns that get another value than the kept one. */
  readonly instead?: Readonly<Record<string, string | null>>;
  /** Which of them; the condition calls a row as it is inserted `t`. */
  readonly where?: Prisma.Sql;
}

/**
 * Puts the kept rows of a table back, inside the database. A column that has come since then gets its default, one that
 * has gone is passed over.
 */
export async function restoreRows(
  queries: Queries,
  itemId: string,
  table: KeptTable,
  { instead = {}, where = Prisma.sql`true` }: RowRestoration = {},
): Promise<void> {
  const columns = await readColumns(queries, itemId, table);
  if (columns.length === 0) return;
  const name = Prisma.raw(`"${table}"`);
  const listed = Prisma.raw(columns.map((column) => `"${column}"`).join(', '));
  const selected = Prisma.raw(columns.map((column) => `t."${column}"`).join(', '));
  await queries.$executeRaw`
    INSERT INTO ${name} (${listed})
    SELECT ${selected}
    FROM recycle_bin_row r
    CROSS JOIN LATERAL jsonb_populate_record(NULL::${name}, r.content || ${JSON.stringify(instead)}::jsonb) t
    WHERE r.item_id = ${itemId} AND r.table_name = ${table} AND ${where}
    ORDER BY r.id`;
}

/** {@link restoreRows} for tables one after the other. */
export async function restoreTables(queries: Queries, itemId: string, tables: readonly KeptTable[]): Promise<void> {
  for (const table of tables) await restoreRows(queries, itemId, table);
}

/** The columns that the kept rows of a table have and that the table still has. */
async function readColumns(queries: Queries, itemId: string, table: KeptTable): Promise<string[]> {
  const rows = await queries.$queryRaw<{ name: string }[]>`
    SELECT a.attname::text AS name
    FROM (SELECT content FROM recycle_bin_row WHERE item_id = ${itemId} AND table_name = ${table} LIMIT 1) r
    JOIN pg_attribute a ON a.attrelid = ${table}::text::regclass AND a.attnum > 0
      AND NOT a.attisdropped AND jsonb_exists(r.content, a.attname::text)
    ORDER BY a.attnum`;
  return rows.map(({ name }) => name);
}

/** Some columns of the kept rows of a table, as JSON has them. */
export async function readKept<Column extends string>(
  queries: Queries,
  itemId: string,
  table: KeptTable,
  columns: readonly Column[],
): Promise<Record<Column, string | null>[]> {
  const rows = await queries.$queryRaw<{ kept: Record<Column, string | null> }[]>`
    SELECT (SELECT jsonb_object_agg(name, r.content -> name) FROM unnest(${[...columns]}::text[]) name) AS kept
    FROM recycle_bin_row r WHERE r.item_id = ${itemId} AND r.table_name = ${table} ORDER BY r.id`;
  return rows.map(({ kept }) => kept);
}

/** The appKey that a kept row was made under, held; when it is gone, that of the call. */
export async function appKeyOfKept(
  queries: Queries,
  { projectId, appKeyId }: Tenant,
  itemId: string,
  table: 'service' | 'api_key' | 'usage_plan',
): Promise<string> {
  const [row] = await readKept(queries, itemId, table, ['app_key_id']);
  const kept = row?.app_key_id ?? null;
  return kept !== null && (await holdAppKey(queries, projectId, kept)) ? kept : appKeyId;
}
