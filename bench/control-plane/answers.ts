/** A row of the database, or a part of a body. */
export type Row = Record<string, unknown>;

const DOMAIN = 'api.localhost';

/** A service as the limit answers it, in the shape of the management API. */
export function presentService(row: Row): object {
  return {
    apigwServiceId: row['id'],
    apigwServiceAlias: row['id'],
    apigwServiceName: row['name'],
    apigwServiceDescription: row['description'],
    apigwDomain: DOMAIN,
    appKey: row['app_key'],
    regionCode: row['region_code'],
    serverGroupId: row['server_group_id'],
    dedicatedId: null,
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
    apigwServiceTypeCode: 'SHARED',
  };
}

/** A stage with its `hosts`. */
export function presentStage(row: Row): object {
  const hosts = row['hosts'] as Row[];
  return {
    stageId: row['id'],
    apigwServiceId: row['service_id'],
    regionCode: row['region_code'],
    stageName: row['name'],
    stageDescription: row['description'],
    stageUrl: `${String(row['region_code']).toLowerCase()}-${String(row['service_id'])}.${DOMAIN}`,
    stageCustomUrl: hosts[0]?.['host_name'] ?? '',
    stageCustomDomainList: hosts.map((host) => ({ customDomain: host['host_name'], createdAt: host['created_at'] })),
    stageAliasDomainList: [],
    backendEndpointUrl: row['backend_endpoint_url'],
    resourceUpdatedAt: row['resource_updated_at'],
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
  };
}

/** A deployment with the settings that it carries. */
export function presentDeployment(row: Row): object {
  const { resources } = row['settings'] as { resources: Row[] };
  return {
    deployId: row['id'],
    stageId: row['stage_id'],
    deployStatus: row['status'],
    failureReason: row['failure_reason'],
    deployDescription: row['description'],
    isBase: row['id'] === row['base_deployment_id'],
    isLive: row['id'] === row['live_deployment_id'],
    deployedAt: row['deployed_at'],
    finishedAt: row['finished_at'],
    rollbackAt: row['rollback_at'],
    stageResourceList: resources.map(({ id, plugins, madeByCors: _madeByCors, ...resource }) => ({
      stageResourceId: id,
      stageId: row['stage_id'],
      ...resource,
      stageResourcePluginList: (plugins as Row[]).map((plugin) => ({
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

/** A resource with its `plugins`, as rows. */
export function presentResource(row: Row): object {
  return {
    resourceId: row['id'],
    apigwServiceId: row['service_id'],
    path: row['path'],
    parentPath: row['parent_path'],
    methodType: row['method_type'],
    methodName: row['method_name'],
    methodDescription: row['method_description'],
    createdAt: row['created_at'],
    updatedAt: row['updated_at'],
    resourcePluginList: (row['plugins'] as Row[]).map((plugin) => ({
      resourcePluginId: plugin['id'],
      resourceId: plugin['resource_id'],
      pluginType: plugin['plugin_type'],
      pluginConfigJson: plugin['config'],
      createdAt: plugin['created_at'],
      updatedAt: plugin['updated_at'],
    })),
  };
}

/** The first plugin of a method in a body. */
export function httpPlugin(method: Row | undefined): { type: unknown; config: unknown } {
  const [plugin] = (method?.['methodPluginList'] ?? []) as Row[];
  return { type: plugin?.['pluginType'], config: plugin?.['pluginConfigJson'] };
}
