import { Prisma, type Queries, type RecycleBinItemKind } from '../../database/index.js';
import { newId } from '../../kernel/ids.js';
import type { KeptTable } from './kept-tables.js';

/** How long an item is kept. */
export const RECYCLE_BIN_DAYS = 30;

/** Rows of a table that are about to go; the condition calls the table `t`. */
export interface KeptPart {
  readonly table: KeptTable;
  readonly where: Prisma.Sql;
}

/** What an item says of itself. */
export interface KeptThing {
  readonly kind: RecycleBinItemKind;
  readonly projectId: string;
  readonly serviceId?: string;
  readonly stageId?: string;
  readonly objectId: string;
  /** An expression for the name that people know it by. */
  readonly title: Prisma.Sql;
  /** The operation that destroys it. */
  readonly operationId: string;
  /** An expression for the number of deployments of what is destroyed, where it has any. */
  readonly deploymentCount?: Prisma.Sql;
}

/**
 * Keeps rows as they are now, in one statement inside the database; gives the id of the item. Call it in the
 * transaction that destroys them, before that and under its locks, the project being held.
 */
export async function keep(queries: Queries, thing: KeptThing, parts: readonly KeptPart[]): Promise<string> {
  const id = newId();
  const { kind, projectId, serviceId = null, stageId = null, objectId, title, operationId } = thing;
  const selections = parts.map(
    ({ table, where }) =>
      Prisma.sql`SELECT ${id}::text, ${table}::text, to_jsonb(t) FROM ${Prisma.raw(`"${table}"`)} t WHERE ${where}`,
  );
  const leftOut = thing.deploymentCount
    ? Prisma.sql`${thing.deploymentCount} - COALESCE((SELECT count FROM counted WHERE table_name = 'deployment'), 0)`
    : Prisma.sql`0`;
  await queries.$executeRaw`
    WITH kept AS (
      INSERT INTO recycle_bin_row (item_id, table_name, content)
      ${Prisma.join(selections, ' UNION ALL ')}
      RETURNING table_name),
    counted AS (SELECT table_name, count(*) FROM kept GROUP BY table_name)
    INSERT INTO recycle_bin_item (id, project_id, service_id, stage_id, kind, object_id, title, operation_id,
      row_counts, left_out_deployment_count, deleted_at, kept_until)
    SELECT ${id}, ${projectId}, ${serviceId}, ${stageId}, ${kind}::recycle_bin_item_kind, ${objectId}, ${title},
      ${operationId}, COALESCE((SELECT jsonb_object_agg(table_name, count) FROM counted), '{}'), ${leftOut},
      now(), now() + ${RECYCLE_BIN_DAYS}::int * interval '1 day'`;
  return id;
}
