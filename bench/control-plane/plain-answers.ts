import type { Prisma } from '../../src/database/client/client.js';

const DOMAIN = 'api.localhost';

type ServiceRow = Prisma.ServiceGetPayload<{ include: { appKey: true } }>;
type StageRow = Prisma.StageGetPayload<{ include: { hosts: true } }>;
type ResourceRow = Prisma.ResourceGetPayload<{ include: { plugins: true } }>;
type DeploymentRow = Prisma.DeploymentGetPayload<{ omit: { snapshot: true; documentation: true } }>;
type Json = Record<string, unknown>;

/** A service in the shape of the management API. */
export function presentService(row: ServiceRow): object {
  return {
    apigwServiceId: row.id,
    apigwServiceAlias: row.id,
    apigwServiceName: row.name,
    apigwServiceDescription: row.description,
    apigwDomain: DOMAIN,
    appKey: row.appKey.value,
    regionCode: row.regionCode,
    serverGroupId: row.serverGroupId,
    dedicatedId: null,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    apigwServiceTypeCode: 'SHARED',
  };
}

/** A stage with its hosts. */
export function presentStage(row: StageRow, regionCode: string): object {
  return {
    stageId: row.id,
    apigwServiceId: row.serviceId,
    regionCode,
    stageName: row.name,
    stageDescription: row.description,
    stageUrl: `${regionCode.toLowerCase()}-${row.serviceId}.${DOMAIN}`,
    stageCustomUrl: row.hosts[0]?.hostName ?? '',
    stageCustomDomainList: row.hosts.map(({ hostName, createdAt }) => ({ customDomain: hostName, createdAt })),
    stageAliasDomainList: [],
    backendEndpointUrl: row.backendEndpointUrl,
    resourceUpdatedAt: row.resourceUpdatedAt,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

/** A deployment with the settings that it carries. */
export function presentDeployment(
  row: DeploymentRow,
  stage: { baseDeploymentId: string | null; liveDeploymentId: string | null },
): object {
  const { resources } = row.settings as unknown as { resources: Json[] };
  return {
    deployId: row.id,
    stageId: row.stageId,
    deployStatus: row.status,
    failureReason: row.failureReason,
    deployDescription: row.description,
    isBase: row.id === stage.baseDeploymentId,
    isLive: row.id === stage.liveDeploymentId,
    deployedAt: row.deployedAt,
    finishedAt: row.finishedAt,
    rollbackAt: row.rollbackAt,
    stageResourceList: resources.map(({ id, plugins, madeByCors: _madeByCors, ...resource }) => ({
      stageResourceId: id,
      stageId: row.stageId,
      ...resource,
      stageResourcePluginList: (plugins as Json[]).map((plugin) => ({
        stageResourcePluginId: plugin['id'],
        stageResourceId: id,
        pluginType: plugin['pluginType'],
        pluginConfigJson: plugin['config'],
        createdAt: plugin['createdAt'],
        updatedAt: plugin['updatedAt'],
      })),
    })),
  };
}

/** A resource with its plugins. */
export function presentResource(row: ResourceRow): object {
  return {
    resourceId: row.id,
    apigwServiceId: row.serviceId,
    path: row.path,
    parentPath: row.parentPath,
    methodType: row.methodType,
    methodName: row.methodName,
    methodDescription: row.methodDescription,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    resourcePluginList: row.plugins.map((plugin) => ({
      resourcePluginId: plugin.id,
      resourceId: plugin.resourceId,
      pluginType: plugin.pluginType,
      pluginConfigJson: plugin.config,
      createdAt: plugin.createdAt,
      updatedAt: plugin.updatedAt,
    })),
  };
}
