import { byPlace, gathered, type Queries, rowsOf, sqlPart } from '../../database/index.js';
import type { PageQuery } from '../../http/index.js';
import { AppError } from '../../errors/index.js';
import { pageWindow } from '../../http/index.js';

/** A service with the value of the appKey that it was made under. */
export interface ServiceRow {
  readonly id: string;
  readonly appKey: string;
  readonly serverGroupId: string;
  readonly regionCode: string;
  readonly name: string;
  readonly description: string;
  readonly resourceRevision: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** The columns of a {@link ServiceRow}, of a service `s` and its appKey `a`. */
const columns = sqlPart(`s.id, a.value AS "appKey", s.server_group_id AS "serverGroupId", s.region_code AS "regionCode",
  s.name, s.description, s.resource_revision AS "resourceRevision", s.created_at AS "createdAt",
  s.updated_at AS "updatedAt"`);

/** Which service of which project. */
interface ServiceKey {
  readonly projectId: string;
  readonly serviceId: string;
}

/** A service of a project; null when there is none. */
const findService = gathered<ServiceKey, ServiceRow>(async (queries, keys) => {
  const ids = keys.map(({ serviceId }) => serviceId);
  const projectIds = keys.map(({ projectId }) => projectId);
  const rows = await rowsOf<ServiceRow & { readonly place: number }>(queries)`
    SELECT asked.place::int, ${columns}
    FROM unnest(${ids}::text[], ${projectIds}::text[]) WITH ORDINALITY AS asked (id, project_id, place)
    JOIN service s ON s.id = asked.id AND s.project_id = asked.project_id
    JOIN app_key a ON a.id = s.app_key_id`;
  return byPlace(keys, rows);
});

/** The service of a project. @throws AppError SERVICE_NOT_FOUND */
export async function requireService(queries: Queries, projectId: string, serviceId: string): Promise<ServiceRow> {
  const row = await findService(queries, { projectId, serviceId });
  if (!row) throw new AppError('SERVICE_NOT_FOUND');
  return row;
}

/** A page of a project's services, oldest first, and their number; `regionCode` undefined means every region. */
export async function listServices(
  queries: Queries,
  projectId: string,
  regionCode: string | undefined,
  page: PageQuery,
): Promise<[ServiceRow[], number]> {
  const region = regionCode ?? null;
  const { skip, take } = pageWindow(page);
  const [rows, [counted]] = await Promise.all([
    rowsOf<ServiceRow>(queries)`
      SELECT ${columns} FROM service s JOIN app_key a ON a.id = s.app_key_id
      WHERE s.project_id = ${projectId} AND (${region}::text IS NULL OR s.region_code = ${region})
      ORDER BY s.created_at, s.id LIMIT ${take} OFFSET ${skip}`,
    rowsOf<{ count: number }>(queries)`
      SELECT count(*)::int AS count FROM service
      WHERE project_id = ${projectId} AND (${region}::text IS NULL OR region_code = ${region})`,
  ]);
  return [rows, counted?.count ?? 0];
}

/** How many services a project has. For a limit, ask under the project's lock. */
export async function countServices(queries: Queries, projectId: string): Promise<number> {
  const [counted] = await rowsOf<{ count: number }>(queries)`
    SELECT count(*)::int AS count FROM service WHERE project_id = ${projectId}`;
  return counted?.count ?? 0;
}

/** The server group of a region; null when there is none. */
export async function findServerGroupId(queries: Queries, regionCode: string): Promise<string | null> {
  const [group] = await rowsOf<{ id: string }>(queries)`SELECT id FROM server_group WHERE region_code = ${regionCode}`;
  return group?.id ?? null;
}

/** A service to insert. */
export interface NewService extends Pick<ServiceRow, 'id' | 'serverGroupId' | 'regionCode' | 'name' | 'description'> {
  readonly projectId: string;
  readonly appKeyId: string;
  readonly rootResourceId: string;
}

/** Inserts a service with its root path. */
export async function insertService(queries: Queries, service: NewService): Promise<ServiceRow> {
  const { id, projectId, appKeyId, serverGroupId, regionCode, name, description, rootResourceId } = service;
  const [row] = await rowsOf<ServiceRow>(queries)`
    WITH s AS (
      INSERT INTO service (id, project_id, app_key_id, server_group_id, region_code, name, description)
      VALUES (${id}, ${projectId}, ${appKeyId}, ${serverGroupId}, ${regionCode}, ${name}, ${description}) RETURNING *
    ), root AS (
      INSERT INTO resource (id, project_id, service_id, path, path_pattern)
      SELECT ${rootResourceId}, s.project_id, s.id, '/', '/' FROM s
    )
    SELECT ${columns} FROM s JOIN app_key a ON a.id = s.app_key_id`;
  if (!row) throw new Error('The service was not inserted');
  return row;
}

/** Changes name and description. The caller has made sure that the service exists. */
export async function updateService(
  queries: Queries,
  serviceId: string,
  { name, description }: { name: string; description: string },
): Promise<ServiceRow> {
  const [row] = await rowsOf<ServiceRow>(queries)`
    WITH s AS (
      UPDATE service SET name = ${name}, description = ${description}, updated_at = ${new Date()}
      WHERE id = ${serviceId} RETURNING *
    )
    SELECT ${columns} FROM s JOIN app_key a ON a.id = s.app_key_id`;
  if (!row) throw new Error('The service was not there');
  return row;
}

/** Deletes a service with its stages, deployments, resources and models. */
export async function deleteService(queries: Queries, serviceId: string): Promise<void> {
  await queries.modelReference.deleteMany({ where: { model: { serviceId } } });
  await queries.service.delete({ where: { id: serviceId } });
}

/** Whether a deployment of one of the service's stages is running. */
export async function isServiceDeploying(queries: Queries, serviceId: string): Promise<boolean> {
  const running = await queries.deployment.findFirst({
    where: { status: 'DEPLOYING', stage: { serviceId } },
    select: { id: true },
  });
  return running !== null;
}

/** Whether one of the service's stages is connected to a usage plan. Ask under the locks of the stages. */
export async function hasUsagePlan(queries: Queries, serviceId: string): Promise<boolean> {
  const where = { stage: { serviceId } };
  return (await queries.usagePlanStage.findFirst({ where, select: { stageId: true } })) !== null;
}
