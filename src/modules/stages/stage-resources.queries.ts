import { type Queries, rowsOf, sqlPart } from '../../database/index.js';
import { compareResources } from '../resources/index.js';
import type { StagePluginSettings, StageResourceSettings } from './stage-settings.js';

/*
 * Stages have thousands of resources, and a deployment reads them all. Prisma takes longer over them than everything
 * else that a deployment does; here the database puts their plugins together, and writes dates as settings have them.
 */

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;

/** The columns of {@link StageResourceSettings}, of a stage resource `r`. */
const columns = sqlPart(`r.id, r.path, r.parent_path AS "parentPath", r.method_type AS "methodType",
  r.method_name AS "methodName", r.method_description AS "methodDescription", r.made_by_cors AS "madeByCors",
  r.custom_backend_endpoint_url AS "customBackendEndpointUrl",
  ${iso('r.created_at')} AS "createdAt", ${iso('r.updated_at')} AS "updatedAt", coalesce(p.plugins, '[]') AS plugins`);

const plugins = sqlPart(`SELECT stage_resource_id, json_agg(json_build_object('id', id, 'pluginType', plugin_type,
    'config', config, 'createdAt', ${iso('created_at')}, 'updatedAt', ${iso('updated_at')}) ORDER BY plugin_type) AS plugins
  FROM stage_resource_plugin`);

/** The resources of a stage with their plugins, in the order of compareResources. */
export async function listStageResources(queries: Queries, stageId: string): Promise<StageResourceSettings[]> {
  const rows = await rowsOf<StageResourceSettings>(queries)`
    SELECT ${columns} FROM stage_resource r LEFT JOIN (${plugins}
      WHERE stage_resource_id IN (SELECT id FROM stage_resource WHERE stage_id = ${stageId})
      GROUP BY stage_resource_id) p ON p.stage_resource_id = r.id
    WHERE r.stage_id = ${stageId}`;
  return rows.toSorted(compareResources);
}

/** A resource of a stage with its plugins; null when there is none. */
export async function findStageResource(
  queries: Queries,
  stageId: string,
  stageResourceId: string,
): Promise<StageResourceSettings | null> {
  const [row] = await rowsOf<StageResourceSettings>(queries)`
    SELECT ${columns} FROM stage_resource r LEFT JOIN (${plugins}
      WHERE stage_resource_id = ${stageResourceId} GROUP BY stage_resource_id) p ON p.stage_resource_id = r.id
    WHERE r.id = ${stageResourceId} AND r.stage_id = ${stageId}`;
  return row ?? null;
}

type ServiceResource = Omit<
  StageResourceSettings,
  'customBackendEndpointUrl' | 'createdAt' | 'updatedAt' | 'plugins'
> & {
  readonly plugins: Omit<StagePluginSettings, 'createdAt' | 'updatedAt'>[];
};

/** The resources of a service in the shape of stage settings, with the ids that the stage will replace. */
export async function readServiceResources(queries: Queries, serviceId: string): Promise<StageResourceSettings[]> {
  const rows = await rowsOf<ServiceResource>(queries)`
    SELECT r.id, r.path, r.parent_path AS "parentPath", r.method_type AS "methodType", r.method_name AS "methodName",
      r.method_description AS "methodDescription", r.made_by_cors AS "madeByCors", coalesce(p.plugins, '[]') AS plugins
    FROM resource r LEFT JOIN (
      SELECT resource_id, json_agg(json_build_object('id', id, 'pluginType', plugin_type, 'config', config)
        ORDER BY plugin_type) AS plugins
      FROM resource_plugin WHERE resource_id IN (SELECT id FROM resource WHERE service_id = ${serviceId})
      GROUP BY resource_id) p ON p.resource_id = r.id
    WHERE r.service_id = ${serviceId}`;
  const now = new Date().toISOString();
  return rows.map((row) => ({
    ...row,
    customBackendEndpointUrl: null,
    createdAt: now,
    updatedAt: now,
    plugins: row.plugins.map((plugin) => ({ ...plugin, createdAt: now, updatedAt: now })),
  }));
}
