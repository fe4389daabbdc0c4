import type { AccessKey, AccessPlan, AccessPolicy, AccessPolicyValue } from '../../contract/access.js';
import type { AccessEntryKind } from '../../contract/access.js';
import { Prisma, type Queries } from '../../database/index.js';
import type { AccessPosition } from './access-cursor.rules.js';

/** Which entries are meant: some by their ids, or the next ones after an id. */
export type EntryChoice = { readonly ids: readonly string[] } | { readonly after: string; readonly limit: number };

/** A change of the access document. */
export interface AccessChangeRow {
  readonly position: AccessPosition;
  readonly kind: AccessEntryKind;
  readonly entryId: string;
}

/** For how long changes are kept. A gateway that was away longer reads the whole document. */
const CHANGES_KEPT_HOURS = 24;

interface StoredChange {
  readonly revision: bigint;
  readonly micros: bigint;
  readonly kind: AccessEntryKind;
  readonly entryId: string;
}

const changeColumns = Prisma.sql`
  revision, (extract(epoch FROM changed_at) * 1000000)::bigint AS micros, kind::text AS kind, entry_id AS "entryId"`;

function toChange({ revision, micros, kind, entryId }: StoredChange): AccessChangeRow {
  return { position: { revision, changedAtMicros: micros }, kind, entryId };
}

/** Where the changes end now. */
export async function newestPosition(queries: Queries): Promise<AccessPosition> {
  const [row] = await queries.$queryRaw<StoredChange[]>`
    SELECT ${changeColumns} FROM access_change ORDER BY revision DESC LIMIT 1`;
  if (!row) throw new Error('The table access_change is empty, which it never is');
  return toChange(row).position;
}

/** The next changes after a position in their order; null when the position is no longer known. */
export async function readChangesAfter(
  queries: Queries,
  { revision, changedAtMicros }: AccessPosition,
  limit: number,
): Promise<AccessChangeRow[] | null> {
  const rows = await queries.$queryRaw<StoredChange[]>`
    SELECT ${changeColumns} FROM access_change WHERE revision >= ${revision} ORDER BY revision LIMIT ${limit + 1}`;
  const [known, ...changes] = rows;
  if (known?.revision !== revision || known.micros !== changedAtMicros) return null;
  return changes.map(toChange);
}

/** Forgets old changes, but never the newest. */
export async function forgetOldChanges(queries: Queries): Promise<void> {
  await queries.$executeRaw`
    DELETE FROM access_change WHERE changed_at < now() - ${CHANGES_KEPT_HOURS} * interval '1 hour'
      AND revision < (SELECT max(revision) FROM access_change)`;
}

function chosen(idColumn: Prisma.Sql, choice: EntryChoice): { where: Prisma.Sql; end: Prisma.Sql } {
  if ('ids' in choice) return { where: Prisma.sql`${idColumn} = ANY(${choice.ids})`, end: Prisma.empty };
  return {
    where: Prisma.sql`${idColumn} > ${choice.after}`,
    end: Prisma.sql`ORDER BY ${idColumn} LIMIT ${choice.limit}`,
  };
}

/** Ids of the region's stages, for use in conditions. */
const stagesOf = (regionCode: string): Prisma.Sql => Prisma.sql`
  SELECT t.id FROM stage t JOIN service v ON v.id = t.service_id JOIN server_group g ON g.id = v.server_group_id
  WHERE g.region_code = ${regionCode}`;

/** API keys that are connected to a stage of the region, by id. */
export async function readAccessKeys(queries: Queries, regionCode: string, choice: EntryChoice): Promise<AccessKey[]> {
  const { where, end } = chosen(Prisma.sql`k.id`, choice);
  // One JSON text for all: there may be very many, and rows cost the client more than they cost the database.
  const [row] = await queries.$queryRaw<{ keys: AccessKey[] | null }[]>`
    SELECT json_agg(e) AS keys FROM (
      SELECT k.id, k.status = 'ACTIVE' AS "isActive", s.plans,
             ARRAY(SELECT v.hash FROM api_key_value v WHERE v.api_key_id = k.id ORDER BY v.type) AS hashes
      FROM api_key k JOIN LATERAL (
        SELECT json_object_agg(s.stage_id, s.usage_plan_id) AS plans FROM subscription s
        WHERE s.api_key_id = k.id AND s.stage_id = ANY(ARRAY(${stagesOf(regionCode)}))) s ON s.plans IS NOT NULL
      WHERE ${where} ${end}) e`;
  return row?.keys ?? [];
}

/** Usage plans that are connected to a stage of the region, by id. */
export async function readAccessPlans(
  queries: Queries,
  regionCode: string,
  choice: EntryChoice,
): Promise<AccessPlan[]> {
  const { where, end } = chosen(Prisma.sql`p.id`, choice);
  const rows = await queries.$queryRaw<
    { id: string; requestsPerSecond: number | null; unit: 'DAY' | 'MONTH' | null; limit: number | null }[]
  >`
    SELECT p.id, p.requests_per_second AS "requestsPerSecond", p.quota_period_unit::text AS unit,
           p.quota_limit AS "limit"
    FROM usage_plan p
    WHERE EXISTS (SELECT 1 FROM usage_plan_stage c
                  WHERE c.usage_plan_id = p.id AND c.stage_id IN (${stagesOf(regionCode)}))
      AND ${where} ${end}`;
  return rows.map(({ id, requestsPerSecond, unit, limit }) => ({
    id,
    requestsPerSecond,
    quota: unit === null || limit === null ? null : { unit, limit },
  }));
}

/** Ids of the region's services, for use in conditions. */
const servicesOf = (regionCode: string): Prisma.Sql => Prisma.sql`
  SELECT v.id FROM service v JOIN server_group g ON g.id = v.server_group_id WHERE g.region_code = ${regionCode}`;

/** Request restriction policies of the region's services, by id. */
export function readAccessPolicies(queries: Queries, regionCode: string, choice: EntryChoice): Promise<AccessPolicy[]> {
  const { where, end } = chosen(Prisma.sql`p.id`, choice);
  return queries.$queryRaw<AccessPolicy[]>`
    SELECT p.id, p.key_type::text AS "keyType", p.key_name AS "keyName",
           p.default_requests_per_second AS "defaultRequestsPerSecond", p.tells_remaining AS "tellsRemaining"
    FROM restriction_policy p WHERE p.service_id IN (${servicesOf(regionCode)}) AND ${where} ${end}`;
}

/** What the region's policies say of values, by id. */
export async function readAccessPolicyValues(
  queries: Queries,
  regionCode: string,
  choice: EntryChoice,
): Promise<AccessPolicyValue[]> {
  const { where, end } = chosen(Prisma.sql`e.id`, choice);
  const rows = await queries.$queryRaw<
    (Omit<AccessPolicyValue, 'addresses'> & { type: 'ALLOW' | 'DENY' | null; list: string[] | null })[]
  >`
    SELECT e.id, e.policy_id AS "policyId", e.value, e.requests_per_second AS "requestsPerSecond",
           e.ip_acl_type::text AS type, e.ip_acl_list AS list
    FROM restriction_key_value e JOIN restriction_policy p ON p.id = e.policy_id
    WHERE p.service_id IN (${servicesOf(regionCode)}) AND ${where} ${end}`;
  return rows.map(({ type, list, ...value }) => ({
    ...value,
    addresses: type === null || !list || list.length === 0 ? null : { type, list },
  }));
}
