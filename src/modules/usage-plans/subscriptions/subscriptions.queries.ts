import { Prisma, type Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import { type PageQuery, pageWindow } from '../../../http/index.js';
import { withNewIds } from '../../../kernel/ids.js';
import { apiKeyConditions, type ApiKeyFilter } from '../../api-keys/index.js';
import type { PlanStage } from '../plan-access.js';
import { withStage } from '../usage-plans.queries.js';

const withKeyName = { apiKey: { select: { name: true } } } as const;
const withPlanAndStage = { planStage: { include: withStage } } as const satisfies Prisma.SubscriptionInclude;
const inOrder = [{ createdAt: 'asc' }, { id: 'asc' }] as const satisfies Prisma.SubscriptionOrderByWithRelationInput[];

/** A subscription with the name of its key. */
export type SubscriptionRow = Prisma.SubscriptionGetPayload<{ include: typeof withKeyName }>;
/** A subscription with its usage plan and its stage. */
export type SubscribedStageRow = Prisma.SubscriptionGetPayload<{ include: typeof withPlanAndStage }>;

/** A page of the subscriptions of a stage under a plan, oldest first, and their number. */
export async function listSubscriptions(
  queries: Queries,
  { usagePlanId, stageId }: PlanStage,
  filter: ApiKeyFilter,
  page: PageQuery,
): Promise<[SubscriptionRow[], number]> {
  const ofKey = apiKeyConditions(filter);
  const join = ofKey.length > 0 ? Prisma.sql`JOIN api_key k ON k.id = s.api_key_id` : Prisma.empty;
  const place = Prisma.sql`s.usage_plan_id = ${usagePlanId} AND s.stage_id = ${stageId}`;
  const matching = Prisma.sql`FROM subscription s ${join} WHERE ${Prisma.join([place, ...ofKey], ' AND ')}`;
  const { skip, take } = pageWindow(page);
  const [ids, [count]] = await Promise.all([
    queries.$queryRaw<{ id: string }[]>`
      SELECT s.id ${matching} ORDER BY s.created_at, s.id LIMIT ${take} OFFSET ${skip}`,
    queries.$queryRaw<{ count: bigint }[]>`SELECT count(*) ${matching}`,
  ]);
  return [
    await readSubscriptions(
      queries,
      ids.map(({ id }) => id),
    ),
    Number(count?.count ?? 0),
  ];
}

function readSubscriptions(queries: Queries, ids: string[]): Promise<SubscriptionRow[]> {
  return queries.subscription.findMany({ where: { id: { in: ids } }, include: withKeyName, orderBy: inOrder });
}

/**
 * A page of the subscriptions of a key, oldest first, and their number; only those to stages one of whose host names
 * contains `hostPart`.
 */
export async function listSubscribedStages(
  queries: Queries,
  apiKeyId: string,
  hostPart: string,
  page: PageQuery,
): Promise<[SubscribedStageRow[], number]> {
  const hosts = hostPart === '' ? null : await findStagesByHost(queries, apiKeyId, hostPart);
  const where = { apiKeyId, ...(hosts ? { stageId: { in: hosts } } : {}) };
  return Promise.all([
    queries.subscription.findMany({ where, include: withPlanAndStage, orderBy: inOrder, ...pageWindow(page) }),
    queries.subscription.count({ where }),
  ]);
}

async function findStagesByHost(queries: Queries, apiKeyId: string, hostPart: string): Promise<string[]> {
  const rows = await queries.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT h.stage_id AS id FROM subscription s JOIN stage_host h ON h.stage_id = s.stage_id
    WHERE s.api_key_id = ${apiKeyId} AND strpos(h.host_name, ${hostPart}) > 0`;
  return rows.map(({ id }) => id);
}

/** Those of the keys that a plan, whichever, connects to the stage. Ask under the stage's lock. */
export async function findConnectedKeys(
  queries: Queries,
  stageId: string,
  apiKeyIds: readonly string[],
): Promise<Set<string>> {
  const where = { stageId, apiKeyId: { in: [...apiKeyIds] } };
  const rows = await queries.subscription.findMany({ where, select: { apiKeyId: true } });
  return new Set(rows.map(({ apiKeyId }) => apiKeyId));
}

/** Inserts subscriptions of keys and gives them back in the order of the keys. A key that the stage has violates `subscription_stage_id_api_key_id_key`. */
export async function insertSubscriptions(
  queries: Queries,
  place: PlanStage,
  apiKeyIds: readonly string[],
): Promise<SubscriptionRow[]> {
  const now = new Date();
  const rows = withNewIds(apiKeyIds.map((apiKeyId) => ({ apiKeyId, ...place, createdAt: now, updatedAt: now })));
  await queries.subscription.createMany({ data: rows });
  return readSubscriptions(
    queries,
    rows.map(({ id }) => id),
  );
}

/** Those of the subscriptions that the stage has under the plan. Ask under the locks of both. */
export async function findSubscriptions(
  queries: Queries,
  { usagePlanId, stageId }: PlanStage,
  ids: readonly string[],
): Promise<Set<string>> {
  const where = { usagePlanId, stageId, id: { in: [...ids] } };
  const rows = await queries.subscription.findMany({ where, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

/** Deletes subscriptions; ids that name none are passed over. */
export async function deleteSubscriptions(queries: Queries, ids: readonly string[]): Promise<void> {
  await queries.subscription.deleteMany({ where: { id: { in: [...ids] } } });
}

/** Puts a subscription that exists under another plan of its stage. */
export async function moveSubscription(queries: Queries, id: string, usagePlanId: string): Promise<void> {
  await queries.subscription.update({ where: { id }, data: { usagePlanId, updatedAt: new Date() } });
}

/** A subscription of a stage under a plan. @throws AppError SUBSCRIPTION_NOT_FOUND */
export async function requireSubscription(queries: Queries, place: PlanStage, id: string): Promise<SubscriptionRow> {
  const { usagePlanId, stageId } = place;
  const row = await queries.subscription.findFirst({ where: { id, usagePlanId, stageId }, include: withKeyName });
  if (!row) throw new AppError('SUBSCRIPTION_NOT_FOUND');
  return row;
}
