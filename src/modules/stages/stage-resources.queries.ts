import { stagePluginTypes } from '../../contract/plugins/index.js';
import { type Queries, rowsOf, sqlPart } from '../../database/index.js';
import { mapInSlices, sortInSlices } from '../../kernel/steps.js';
import { compareResources } from '../resources/index.js';
import type { StagePluginSettings, StageResourceSettings } from './stage-settings.js';

/*
 * Stages have thousands of resources, and a deployment reads them all. Prisma takes longer over them than everything
 * else that a deployment does; here the database puts their plugins together, and writes dates as settings have them.
 */

/** While this process takes in rows it answers nobody. */
const ROWS_AT_A_TIME = 500;

const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`;
const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', ${ISO})`;

/**
 * The columns of {@link StageResourceSettings}, of a stage resource `r`. The plugins of each are looked up by themselves:
 * for a join the database has to know how many there are, and after a large import it does not for a while.
 */
const columns = sqlPart(`r.id, r.path, r.parent_path AS "parentPath", r.method_type AS "methodType",
  r.method_name AS "methodName", r.method_description AS "methodDescription", r.made_by_cors AS "madeByCors",
  r.custom_backend_endpoint_url AS "customBackendEndpointUrl",
  ${iso('r.created_at')} AS "createdAt", ${iso('r.updated_at')} AS "updatedAt",
  coalesce((SELECT json_agg(json_build_object('id', p.id, 'pluginType', p.plugin_type, 'config', p.config,
      'createdAt', ${iso('p.created_at')}, 'updatedAt', ${iso('p.updated_at')}) ORDER BY p.plugin_type)
    FROM stage_resource_plugin p WHERE p.stage_resource_id = r.id), '[]') AS plugins`);

/** The resources of a stage with their plugins, in the order of compareResources. */
export async function listStageResources(queries: Queries, stageId: string): Promise<StageResourceSettings[]> {
  const rows = await rowsOf<StageResourceSettings>(queries, ROWS_AT_A_TIME)`
    SELECT ${columns} FROM stage_resource r WHERE r.stage_id = ${stageId}`;
  return sortInSlices(rows, compareResources);
}

/** The resources of a stage that have stage plugins or a backend override, in no order. */
export async function listResourcesWithOwnSettings(
  queries: Queries,
  stageId: string,
): Promise<StageResourceSettings[]> {
  return rowsOf<StageResourceSettings>(queries)`
    SELECT ${columns} FROM stage_resource r
    WHERE r.stage_id = ${stageId} AND (r.custom_backend_endpoint_url IS NOT NULL OR EXISTS (
      SELECT 1 FROM stage_resource_plugin p
      WHERE p.stage_resource_id = r.id AND p.plugin_type = ANY(${stagePluginTypes})))`;
}

/** A resource of a stage with its plugins; null when there is none. */
export async function findStageResource(
  queries: Queries,
  stageId: string,
  stageResourceId: string,
): Promise<StageResourceSettings | null> {
  const [row] = await rowsOf<StageResourceSettings>(queries)`
    SELECT ${columns} FROM stage_resource r WHERE r.id = ${stageResourceId} AND r.stage_id = ${stageId}`;
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
  const rows = await rowsOf<ServiceResource>(queries, ROWS_AT_A_TIME)`
    SELECT r.id, r.path, r.parent_path AS "parentPath", r.method_type AS "methodType", r.method_name AS "methodName",
      r.method_description AS "methodDescription", r.made_by_cors AS "madeByCors",
      coalesce((SELECT json_agg(json_build_object('id', p.id, 'pluginType', p.plugin_type, 'config', p.config)
          ORDER BY p.plugin_type)
        FROM resource_plugin p WHERE p.resource_id = r.id), '[]') AS plugins
    FROM resource r WHERE r.service_id = ${serviceId}`;
  const now = new Date().toISOString();
  return mapInSlices(rows, (row) => ({
    ...row,
    customBackendEndpointUrl: null,
    createdAt: now,
    updatedAt: now,
    plugins: row.plugins.map((plugin) => ({ ...plugin, createdAt: now, updatedAt: now })),
  }));
}
