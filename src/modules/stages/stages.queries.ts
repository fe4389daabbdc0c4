import { type Prisma, type Queries, rowsOf, sqlPart } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { insertStageResources } from './stage-insert.queries.js';
import type { StageResourceSettings, StageSettings } from './stage-settings.js';
import { listStageResources } from './stage-resources.queries.js';

/**
 * Reads a stage with the custom domains that are connected to it, in the order of their connection.
 * For every query whose stage is shown: presentStage and presentStageDomains need them.
 */
export const withDomains = {
  hosts: {
    where: { customDomainId: { not: null } },
    select: { hostName: true, createdAt: true },
    orderBy: [{ createdAt: 'asc' }, { hostName: 'asc' }],
  },
} as const satisfies Prisma.StageInclude;

/** A stage with its connected custom domains (`hosts`). */
export type StageRow = Prisma.StageGetPayload<{ include: typeof withDomains }>;

/** The columns of a {@link StageRow}, of a stage `t`. */
const columns = sqlPart(`t.id, t.project_id AS "projectId", t.service_id AS "serviceId", t.name, t.description,
  t.backend_endpoint_url AS "backendEndpointUrl", t.resource_revision AS "resourceRevision",
  t.resource_updated_at AS "resourceUpdatedAt", t.base_deployment_id AS "baseDeploymentId",
  t.live_deployment_id AS "liveDeploymentId", t.desired_deployment_id AS "desiredDeploymentId",
  t.is_access_log_on AS "isAccessLogOn", t.is_document_public AS "isDocumentPublic",
  t.document_link_id AS "documentLinkId", t.created_at AS "createdAt", t.updated_at AS "updatedAt",
  (SELECT json_agg(json_build_object('hostName', h.host_name, 'createdAt', h.created_at) ORDER BY h.created_at, h.host_name)
    FROM stage_host h WHERE h.stage_id = t.id AND h.custom_domain_id IS NOT NULL) AS hosts`);

type ReadStage = Omit<StageRow, 'hosts'> & { readonly hosts: { hostName: string; createdAt: string }[] | null };

/** In JSON dates are texts. */
function withDates({ hosts, ...stage }: ReadStage): StageRow {
  return {
    ...stage,
    hosts: (hosts ?? []).map(({ hostName, createdAt }) => ({ hostName, createdAt: new Date(createdAt) })),
  };
}

/** The stage of a service; null when there is none. */
export async function findStage(queries: Queries, serviceId: string, stageId: string): Promise<StageRow | null> {
  const [row] = await rowsOf<ReadStage>(queries)`
    SELECT ${columns} FROM stage t WHERE t.id = ${stageId} AND t.service_id = ${serviceId}`;
  return row ? withDates(row) : null;
}

/** A page of the stages of a service, with what is known of the service. */
export interface StagePage {
  readonly regionCode: string;
  readonly stages: readonly StageRow[];
  readonly totalCount: number;
}

type PageRow = { readonly regionCode: string; readonly totalCount: number } & (
  | ({ readonly id: string } & ReadStage)
  | { readonly id: null }
);

/** A page of a service's stages, oldest first; null when the project has no such service. One statement, as of one time. */
export async function listStages(
  queries: Queries,
  projectId: string,
  serviceId: string,
  page: PageQuery,
): Promise<StagePage | null> {
  const { skip, take } = pageWindow(page);
  const rows = await rowsOf<PageRow>(queries)`
    SELECT s.region_code AS "regionCode", counted."totalCount", stage.*
    FROM service s
    CROSS JOIN LATERAL (SELECT count(*)::int AS "totalCount" FROM stage WHERE service_id = s.id) counted
    LEFT JOIN LATERAL (
      SELECT ${columns} FROM stage t WHERE t.service_id = s.id
      ORDER BY t.created_at, t.id LIMIT ${take} OFFSET ${skip}) stage ON true
    WHERE s.id = ${serviceId} AND s.project_id = ${projectId}
    ORDER BY stage."createdAt", stage.id`;
  const [first] = rows;
  if (!first) return null;
  const stages = rows.flatMap(({ regionCode: _regionCode, totalCount: _totalCount, ...stage }) =>
    stage.id === null ? [] : [withDates(stage)],
  );
  return { regionCode: first.regionCode, totalCount: first.totalCount, stages };
}

/** Whether the project has the stage. */
export async function isStageOfProject(queries: Queries, projectId: string, stageId: string): Promise<boolean> {
  return (await queries.stage.findFirst({ where: { id: stageId, projectId }, select: { id: true } })) !== null;
}

/** How many stages a service has. Ask under the service's lock. */
export async function countStages(queries: Queries, serviceId: string): Promise<number> {
  const [counted] = await rowsOf<{ count: number }>(queries)`
    SELECT count(*)::int AS count FROM stage WHERE service_id = ${serviceId}`;
  return counted?.count ?? 0;
}

/** Whether a stage of the service has this name; null is that of the default stage. Ask under the service's lock. */
export async function isStageNameTaken(queries: Queries, serviceId: string, name: string | null): Promise<boolean> {
  return (await queries.stage.findFirst({ where: { serviceId, name }, select: { id: true } })) !== null;
}

/** Whether a deployment of the stage is running. Ask under the stage's lock. */
export async function isStageDeploying(queries: Queries, stageId: string): Promise<boolean> {
  const rows = await rowsOf(queries)`
    SELECT 1 FROM deployment WHERE stage_id = ${stageId} AND status = 'DEPLOYING' LIMIT 1`;
  return rows.length > 0;
}

/** Whether the stage is connected to a usage plan. Ask under the stage's lock. */
export async function hasUsagePlan(queries: Queries, stageId: string): Promise<boolean> {
  return (await queries.usagePlanStage.findFirst({ where: { stageId }, select: { stageId: true } })) !== null;
}

/** Whether a stage of the installation is reached under a host name. */
export async function isHostRegistered(queries: Queries, hostName: string): Promise<boolean> {
  return (await rowsOf(queries)`SELECT 1 FROM stage_host WHERE host_name = ${hostName}`).length > 0;
}

type StageSettingsColumns = Pick<
  StageRow,
  'id' | 'backendEndpointUrl' | 'isAccessLogOn' | 'resourceRevision' | 'resourceUpdatedAt'
>;

/** The settings of a stage as they are now, resources in the order of compareResources. */
export async function readStageSettings(queries: Queries, stage: StageSettingsColumns): Promise<StageSettings> {
  return settingsOf(stage, await listStageResources(queries, stage.id));
}

/** The settings of a stage that has these resources, in the order of compareResources. */
export function settingsOf(stage: StageSettingsColumns, resources: StageResourceSettings[]): StageSettings {
  return {
    backendEndpointUrl: stage.backendEndpointUrl,
    resourceRevision: stage.resourceRevision,
    resourceUpdatedAt: stage.resourceUpdatedAt.toISOString(),
    resources,
    isAccessLogOn: stage.isAccessLogOn,
  };
}

/** Puts the resources of a stage in place of those that it has, under new ids; gives them as they would be read. */
export async function replaceStageResources(
  queries: Queries,
  stageId: string,
  resources: readonly StageResourceSettings[],
): Promise<StageResourceSettings[]> {
  await deleteStageResources(queries, stageId);
  return insertStageResources(queries, stageId, resources);
}

/** Deletes all resources of a stage. */
export async function deleteStageResources(queries: Queries, stageId: string): Promise<void> {
  await queries.stageResource.deleteMany({ where: { stageId } });
}

/** Replaces some plugins of a stage resource and its backend override. */
export async function updateStageResource(
  queries: Queries,
  stageResourceId: string,
  change: {
    customBackendEndpointUrl: string | null;
    removedTypes: readonly string[];
    plugins: readonly { pluginType: string; config: Record<string, unknown> }[];
  },
): Promise<void> {
  // First, since plugins write it anew otherwise.
  await queries.stageResource.update({
    where: { id: stageResourceId },
    data: { customBackendEndpointUrl: change.customBackendEndpointUrl, updatedAt: new Date() },
  });
  const where = { stageResourceId, pluginType: { in: [...change.removedTypes] } };
  await queries.stageResourcePlugin.deleteMany({ where });
  await queries.stageResourcePlugin.createMany({
    data: change.plugins.map(({ pluginType, config }) => ({
      id: newId(),
      stageResourceId,
      pluginType,
      config: config as Prisma.InputJsonObject,
    })),
  });
}
