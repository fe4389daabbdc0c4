import type { Prisma, Queries } from '../../database/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import { compareResources } from '../resources/index.js';
import { insertStageResources } from './stage-insert.queries.js';
import type { StageResourceSettings, StageSettings } from './stage-settings.js';

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

const withPlugins = { plugins: { orderBy: { pluginType: 'asc' } } } as const;
type StageResourceRow = Prisma.StageResourceGetPayload<{ include: typeof withPlugins }>;

/** The stage of a service; null when there is none. */
export function findStage(queries: Queries, serviceId: string, stageId: string): Promise<StageRow | null> {
  return queries.stage.findFirst({ where: { id: stageId, serviceId }, include: withDomains });
}

/** A page of a service's stages, oldest first, and their number. */
export function listStages(queries: Queries, serviceId: string, page: PageQuery): Promise<[StageRow[], number]> {
  return Promise.all([
    queries.stage.findMany({
      where: { serviceId },
      include: withDomains,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    queries.stage.count({ where: { serviceId } }),
  ]);
}

/** Whether the project has the stage. */
export async function isStageOfProject(queries: Queries, projectId: string, stageId: string): Promise<boolean> {
  return (await queries.stage.findFirst({ where: { id: stageId, projectId }, select: { id: true } })) !== null;
}

/** How many stages a service has. Ask under the service's lock. */
export function countStages(queries: Queries, serviceId: string): Promise<number> {
  return queries.stage.count({ where: { serviceId } });
}

/** Whether a stage of the service has this name; null is that of the default stage. Ask under the service's lock. */
export async function isStageNameTaken(queries: Queries, serviceId: string, name: string | null): Promise<boolean> {
  return (await queries.stage.findFirst({ where: { serviceId, name }, select: { id: true } })) !== null;
}

/** Whether a deployment of the stage is running. Ask under the stage's lock. */
export async function isStageDeploying(queries: Queries, stageId: string): Promise<boolean> {
  const where = { stageId, status: 'DEPLOYING' } as const;
  return (await queries.deployment.findFirst({ where, select: { id: true } })) !== null;
}

/** Whether the stage is connected to a usage plan. Ask under the stage's lock. */
export async function hasUsagePlan(queries: Queries, stageId: string): Promise<boolean> {
  return (await queries.usagePlanStage.findFirst({ where: { stageId }, select: { stageId: true } })) !== null;
}

/** Whether a stage of the installation is reached under a host name. */
export async function isHostRegistered(queries: Queries, hostName: string): Promise<boolean> {
  return (await queries.stageHost.findUnique({ where: { hostName } })) !== null;
}

type StageSettingsColumns = Pick<
  StageRow,
  'id' | 'backendEndpointUrl' | 'isAccessLogOn' | 'resourceRevision' | 'resourceUpdatedAt'
>;

/** The settings of a stage as they are now, resources in the order of compareResources. */
export async function readStageSettings(queries: Queries, stage: StageSettingsColumns): Promise<StageSettings> {
  const rows = await queries.stageResource.findMany({
    where: { stageId: stage.id },
    include: withPlugins,
  });
  return {
    backendEndpointUrl: stage.backendEndpointUrl,
    resourceRevision: stage.resourceRevision,
    resourceUpdatedAt: stage.resourceUpdatedAt.toISOString(),
    resources: rows.map(toSettings).toSorted(compareResources),
    isAccessLogOn: stage.isAccessLogOn,
  };
}

/** A resource of a stage with its plugins; null when there is none. */
export async function findStageResource(
  queries: Queries,
  stageId: string,
  stageResourceId: string,
): Promise<StageResourceSettings | null> {
  const where = { id: stageResourceId, stageId };
  const row = await queries.stageResource.findFirst({ where, include: withPlugins });
  return row && toSettings(row);
}

function toSettings({
  stageId: _stageId,
  createdAt,
  updatedAt,
  plugins,
  ...row
}: StageResourceRow): StageResourceSettings {
  return {
    ...row,
    methodType: row.methodType as StageResourceSettings['methodType'],
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    plugins: plugins.map((plugin) => ({
      id: plugin.id,
      pluginType: plugin.pluginType,
      config: plugin.config as Record<string, unknown>,
      createdAt: plugin.createdAt.toISOString(),
      updatedAt: plugin.updatedAt.toISOString(),
    })),
  };
}

/** Puts the resources of a stage in place of those that it has, under new ids. */
export async function replaceStageResources(
  queries: Queries,
  stageId: string,
  resources: readonly StageResourceSettings[],
): Promise<void> {
  await deleteStageResources(queries, stageId);
  await insertStageResources(queries, stageId, resources);
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
  await queries.stageResource.update({
    where: { id: stageResourceId },
    data: { customBackendEndpointUrl: change.customBackendEndpointUrl, updatedAt: new Date() },
  });
}

/** The resources of a service in the shape of stage settings, with the ids that the stage will replace. */
export async function readServiceResources(queries: Queries, serviceId: string): Promise<StageResourceSettings[]> {
  const rows = await queries.resource.findMany({
    where: { serviceId },
    include: withPlugins,
  });
  const now = new Date();
  return rows.map(({ id, path, parentPath, methodType, methodName, methodDescription, madeByCors, plugins }) =>
    toSettings({
      id,
      path,
      parentPath,
      methodType,
      methodName,
      methodDescription,
      madeByCors,
      customBackendEndpointUrl: null,
      stageId: '',
      createdAt: now,
      updatedAt: now,
      plugins: plugins.map(({ resourceId, ...plugin }) => ({
        ...plugin,
        stageResourceId: resourceId,
        createdAt: now,
        updatedAt: now,
      })),
    }),
  );
}
