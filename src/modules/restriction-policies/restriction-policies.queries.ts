import type { Prisma, Queries } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';

/** A restriction policy of a service. */
export type RestrictionPolicyRow = Prisma.RestrictionPolicyGetPayload<object>;

/** A page of a service's policies, oldest first, and their number. */
export function listPolicies(
  queries: Queries,
  serviceId: string,
  page: PageQuery,
): Promise<[RestrictionPolicyRow[], number]> {
  return Promise.all([
    queries.restrictionPolicy.findMany({
      where: { serviceId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    countPolicies(queries, serviceId),
  ]);
}

/** How many restriction policies a service has. For a limit, ask under the service's lock. */
export function countPolicies(queries: Queries, serviceId: string): Promise<number> {
  return queries.restrictionPolicy.count({ where: { serviceId } });
}

/** A restriction policy of a service; null when there is none. */
export function findPolicy(
  queries: Queries,
  serviceId: string,
  policyId: string,
): Promise<RestrictionPolicyRow | null> {
  return queries.restrictionPolicy.findFirst({ where: { id: policyId, serviceId } });
}

/** Those of the ids that name a policy of the service. */
export async function findKnownPolicyIds(
  queries: Queries,
  serviceId: string,
  policyIds: readonly string[],
): Promise<Set<string>> {
  const where = { serviceId, id: { in: [...policyIds] } };
  const rows = await queries.restrictionPolicy.findMany({ where, select: { id: true } });
  return new Set(rows.map(({ id }) => id));
}

export function insertPolicy(
  queries: Queries,
  data: Omit<Prisma.RestrictionPolicyUncheckedCreateInput, 'id'>,
): Promise<RestrictionPolicyRow> {
  return queries.restrictionPolicy.create({ data: { id: newId(), ...data } });
}

/** Changes a policy that exists. */
export function updatePolicy(
  queries: Queries,
  policyId: string,
  data: Pick<RestrictionPolicyRow, 'name' | 'defaultRequestsPerSecond' | 'tellsRemaining'>,
): Promise<RestrictionPolicyRow> {
  return queries.restrictionPolicy.update({ where: { id: policyId }, data: { ...data, updatedAt: new Date() } });
}

/** Deletes a policy with its key values. */
export async function deletePolicy(queries: Queries, policyId: string): Promise<void> {
  await queries.restrictionPolicy.delete({ where: { id: policyId } });
}

/** A stage that refers to a policy, and how. */
export interface PolicyUse {
  /** Null is the default stage. */
  readonly stageName: string | null;
  readonly use: 'settings' | 'deployment';
}

/**
 * Stages of a service that refer to a policy: in the settings that they have, or in the deployment that is live or
 * running. Ask under the locks of the service's stages.
 */
export function findPolicyUses(queries: Queries, serviceId: string, policyId: string): Promise<PolicyUse[]> {
  return queries.$queryRaw<PolicyUse[]>`
    SELECT s.name AS "stageName", 'settings' AS use
    FROM stage s
    WHERE s.service_id = ${serviceId} AND EXISTS (
      SELECT 1 FROM stage_resource r JOIN stage_resource_plugin p ON p.stage_resource_id = r.id
      WHERE r.stage_id = s.id AND p.plugin_type = 'REQUEST_RESTRICTION'
        AND p.config ->> 'requestRestrictionPolicyId' = ${policyId})
    UNION ALL
    SELECT s.name, 'deployment'
    FROM stage s
    WHERE s.service_id = ${serviceId} AND EXISTS (
      SELECT 1 FROM deployment d
      WHERE d.id IN (s.live_deployment_id, s.desired_deployment_id)
        AND CASE WHEN position(${policyId} IN d.settings::text) > 0 THEN
          jsonb_path_exists(d.settings::jsonb, '$.resources[*].plugins[*] ? (@.pluginType == "REQUEST_RESTRICTION"
            && @.config.requestRestrictionPolicyId == $id)', jsonb_build_object('id', ${policyId}::text)) END)
    ORDER BY use DESC, "stageName"`;
}

/**
 * Ids of the policies that a stage refers to as {@link findPolicyUses} says, and that its service does not have. Ask
 * under the service's lock.
 */
export async function findMissingPolicies(queries: Queries, serviceId: string, stageId: string): Promise<string[]> {
  const rows = await queries.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT used.id FROM (
      SELECT p.config ->> 'requestRestrictionPolicyId' AS id
      FROM stage_resource r JOIN stage_resource_plugin p ON p.stage_resource_id = r.id
      WHERE r.stage_id = ${stageId} AND p.plugin_type = 'REQUEST_RESTRICTION'
      UNION ALL
      SELECT plugin.policy_id #>> '{}'
      FROM stage s JOIN deployment d ON d.id IN (s.live_deployment_id, s.desired_deployment_id)
      CROSS JOIN LATERAL jsonb_path_query(d.settings::jsonb, '$.resources[*].plugins[*]
        ? (@.pluginType == "REQUEST_RESTRICTION").config.requestRestrictionPolicyId') plugin (policy_id)
      WHERE s.id = ${stageId}) used
    WHERE NOT EXISTS (SELECT 1 FROM restriction_policy known WHERE known.id = used.id AND known.service_id = ${serviceId})
    ORDER BY used.id`;
  return rows.map(({ id }) => id);
}
