import type { ResourceAnswer } from './resources.answers.js';
import type { ResourceRow } from './resource-rows.queries.js';

/** A resource as clients see it. */
export function presentResource(row: ResourceRow): ResourceAnswer {
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
      pluginConfigJson: plugin.config as object,
      createdAt: plugin.createdAt,
      updatedAt: plugin.updatedAt,
    })),
  };
}
