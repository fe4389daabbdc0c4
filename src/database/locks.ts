import { Change } from './change.js';
import type { Queries } from './database.js';
import { rowsOf } from './statements.js';

/*
 * Locks of the control plane, always taken in this order: bootstrap, administrators, project, item of the recycle bin,
 * appKey, user, access key, service, stage, usage plan, API key, custom domain, gateway token (several of one kind
 * by id). What a row
 * takes along when it is deleted is locked after it; a new item of the recycle bin holds its project, so that who keeps
 * something there holds the project first.
 * A rule with 'only one', 'at most' or 'not while' is checked under the lock of the row that it speaks of.
 * A `lock` shuts out every other lock and hold of its row, a `hold` only locks.
 * Within one process transactions that would wait for the same lock take turns before they begin
 * (TransactionOptions.turnOf).
 */

/** Takes a lock and gives the ids of the rows that are locked now; tells the change that it belongs to. A hold guards nothing. */
function take(queries: Queries): (texts: TemplateStringsArray, ...values: unknown[]) => Promise<{ id: string }[]> {
  return async (...lock) => {
    const rows = await rowsOf<{ id: string }>(queries)(...lock);
    await Change.current?.locked(queries);
    return rows;
  };
}

/** Locks a project: for rules over its services. False when it does not exist. */
export async function lockProject(queries: Queries, projectId: string): Promise<boolean> {
  const rows = await take(queries)`SELECT id FROM project WHERE id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks an item of a project's recycle bin: an item is restored once. False when it does not exist. */
export async function lockRecycleBinItem(queries: Queries, projectId: string, itemId: string): Promise<boolean> {
  const rows = await rowsOf(queries)`
    SELECT id FROM recycle_bin_item WHERE id = ${itemId} AND project_id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks a service of a project: for rules over its resources, models and stages. False when it does not exist. */
export async function lockService(queries: Queries, projectId: string, serviceId: string): Promise<boolean> {
  const rows = await take(queries)`
    SELECT id FROM service WHERE id = ${serviceId} AND project_id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Keeps a service and all under it as they are until the transaction ends. False when it does not exist. */
export async function holdService(queries: Queries, projectId: string, serviceId: string): Promise<boolean> {
  const rows = await rowsOf<{ id: string }>(queries)`
    SELECT id FROM service WHERE id = ${serviceId} AND project_id = ${projectId} FOR SHARE`;
  return rows.length > 0;
}

/** Locks a stage of a service: for rules over its settings and deployments. False when it does not exist. */
export async function lockStage(queries: Queries, serviceId: string, stageId: string): Promise<boolean> {
  const rows = await take(queries)`
    SELECT id FROM stage WHERE id = ${stageId} AND service_id = ${serviceId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks a stage by its id alone: for the running of its deployments. False when it is gone. */
export async function lockStageOfDeployment(queries: Queries, stageId: string): Promise<boolean> {
  const rows = await take(queries)`SELECT id FROM stage WHERE id = ${stageId} FOR UPDATE`;
  return rows.length > 0;
}

/**
 * Keeps stages of any project from being deleted until the transaction ends, those of one server group when that is
 * given. Gives the ids of those that exist.
 */
export async function holdStages(
  queries: Queries,
  stageIds: readonly string[],
  serverGroupId: string | undefined,
): Promise<Set<string>> {
  const rows = await rowsOf<{ id: string }>(queries)`
    SELECT id FROM stage WHERE id = ANY(${[...new Set(stageIds)]}) 
      AND (${serverGroupId ?? null}::text IS NULL
        OR service_id IN (SELECT id FROM service WHERE server_group_id = ${serverGroupId ?? null}))
    ORDER BY id FOR KEY SHARE`;
  return new Set(rows.map(({ id }) => id));
}

/** Keeps API keys of any project from being deleted until the transaction ends. Gives the ids of those that exist. */
export async function holdApiKeys(queries: Queries, apiKeyIds: readonly string[]): Promise<Set<string>> {
  const rows = await rowsOf<{ id: string }>(queries)`
    SELECT id FROM api_key WHERE id = ANY(${[...new Set(apiKeyIds)]}) ORDER BY id FOR KEY SHARE`;
  return new Set(rows.map(({ id }) => id));
}

/** Locks all stages of a service. */
export async function lockStagesOfService(queries: Queries, serviceId: string): Promise<void> {
  await take(queries)`SELECT id FROM stage WHERE service_id = ${serviceId} ORDER BY id FOR UPDATE`;
}

/** Locks a stage of a project: for rules over its connections to usage plans. False when it does not exist. */
export async function lockStageOfProject(queries: Queries, projectId: string, stageId: string): Promise<boolean> {
  const rows = await take(queries)`
    SELECT id FROM stage WHERE id = ${stageId} AND project_id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks usage plans of a project: for rules over their stages and subscriptions. Gives the ids of those that exist. */
export async function lockUsagePlans(
  queries: Queries,
  projectId: string,
  usagePlanIds: readonly string[],
): Promise<Set<string>> {
  const rows = await take(queries)`
    SELECT id FROM usage_plan WHERE id = ANY(${usagePlanIds}) AND project_id = ${projectId} ORDER BY id FOR UPDATE`;
  return new Set(rows.map(({ id }) => id));
}

/** Locks API keys of a project: for rules over their values and subscriptions. Gives the ids of those that exist. */
export async function lockApiKeys(
  queries: Queries,
  projectId: string,
  apiKeyIds: readonly string[],
): Promise<Set<string>> {
  const rows = await take(queries)`
    SELECT id FROM api_key WHERE id = ANY(${apiKeyIds}) AND project_id = ${projectId} ORDER BY id FOR UPDATE`;
  return new Set(rows.map(({ id }) => id));
}

/** Locks a custom domain of a project: for its connection and its deletion. False when it does not exist. */
export async function lockCustomDomain(queries: Queries, projectId: string, customDomainId: string): Promise<boolean> {
  const rows = await take(queries)`
    SELECT id FROM custom_domain WHERE id = ${customDomainId} AND project_id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Names of the advisory locks of {@link lockBootstrap} and {@link lockAdministrators}. */
const BOOTSTRAP_LOCK = 7_226_553_002;
const ADMINISTRATORS_LOCK = 7_226_553_003;

/** What the transactions under {@link lockAdministrators} take turns of. */
export const ADMINISTRATORS_TURN = 'administrators';

/** Locks what an installation starts with: control planes that start at once make it once. */
export async function lockBootstrap(queries: Queries): Promise<void> {
  await take(queries)`SELECT '' AS id FROM pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`;
}

/** Locks who the administrators of the installation are: for the rule that one always remains. */
export async function lockAdministrators(queries: Queries): Promise<void> {
  await take(queries)`SELECT '' AS id FROM pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`;
}

/** Locks a user: for rules over its access keys. False when it does not exist. */
export async function lockUser(queries: Queries, userId: string): Promise<boolean> {
  const rows = await take(queries)`SELECT id FROM user_account WHERE id = ${userId} FOR UPDATE`;
  return rows.length > 0;
}

/** Keeps a user from being deleted until the transaction ends. False when it does not exist. */
export async function holdUser(queries: Queries, userId: string): Promise<boolean> {
  const rows = await rowsOf<{ id: string }>(queries)`SELECT id FROM user_account WHERE id = ${userId} FOR KEY SHARE`;
  return rows.length > 0;
}

/** Keeps a project from being deleted until the transaction ends. False when it does not exist. */
export async function holdProject(queries: Queries, projectId: string): Promise<boolean> {
  const rows = await rowsOf<{ id: string }>(queries)`SELECT id FROM project WHERE id = ${projectId} FOR KEY SHARE`;
  return rows.length > 0;
}

/** Locks an appKey of a project: for rules over what was made under it. False when it does not exist. */
export async function lockAppKey(queries: Queries, projectId: string, appKeyId: string): Promise<boolean> {
  const rows = await take(queries)`
    SELECT id FROM app_key WHERE id = ${appKeyId} AND project_id = ${projectId} FOR UPDATE`;
  return rows.length > 0;
}

/** Keeps an appKey of a project from being deleted until the transaction ends. False when it does not exist. */
export async function holdAppKey(queries: Queries, projectId: string, appKeyId: string): Promise<boolean> {
  const rows = await rowsOf<{ id: string }>(queries)`
    SELECT id FROM app_key WHERE id = ${appKeyId} AND project_id = ${projectId} FOR KEY SHARE`;
  return rows.length > 0;
}

/** {@link holdProject} and {@link holdAppKey} at once. False when one of them does not exist. */
export async function holdProjectAndAppKey(queries: Queries, projectId: string, appKeyId: string): Promise<boolean> {
  const rows = await rowsOf(queries)`
    SELECT 1 FROM project p JOIN app_key a ON a.project_id = p.id
    WHERE p.id = ${projectId} AND a.id = ${appKeyId} FOR KEY SHARE`;
  return rows.length > 0;
}

/** Locks an access key: for rules over its tokens. False when it does not exist. */
export async function lockAccessKey(queries: Queries, accessKeyId: string): Promise<boolean> {
  const rows = await take(queries)`SELECT id FROM user_access_key WHERE id = ${accessKeyId} FOR UPDATE`;
  return rows.length > 0;
}

/** Locks a gateway token: for its revocation, which takes its gateways out. False when it does not exist. */
export async function lockGatewayToken(queries: Queries, tokenId: string): Promise<boolean> {
  const rows = await take(queries)`SELECT id FROM gateway_token WHERE id = ${tokenId} FOR UPDATE`;
  return rows.length > 0;
}
