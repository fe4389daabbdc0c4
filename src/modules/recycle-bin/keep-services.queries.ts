import { Prisma, type Queries } from '../../database/index.js';
import { keep, type KeptPart } from './keep.queries.js';

/** Names a service. */
export interface ServiceNames {
  readonly projectId: string;
  readonly serviceId: string;
}

/** Names a stage. */
export interface StageNames extends ServiceNames {
  readonly stageId: string;
}

/**
 * How much space the deployments of one item may take as they are stored, compressed up to ninetyfold: about 700 MB are
 * written in seven seconds. Those that are served come first, then those that settings came from, then the newest; what
 * does not fit is left out, so that no deletion runs out of time because of a long history.
 */
const MAX_DEPLOYMENT_BYTES = 8 * 1024 * 1024;

/** Keeps a service that is to be deleted, with all that is in it. Under the locks of the service and its stages. */
export function keepService(queries: Queries, { projectId, serviceId }: ServiceNames): Promise<string> {
  const stages = Prisma.sql`SELECT id FROM stage WHERE service_id = ${serviceId}`;
  const ofService = Prisma.sql`t.service_id = ${serviceId}`;
  const policies = Prisma.sql`SELECT id FROM restriction_policy WHERE service_id = ${serviceId}`;
  const thing = {
    kind: 'SERVICE',
    projectId,
    serviceId,
    objectId: serviceId,
    title: Prisma.sql`(SELECT name FROM service WHERE id = ${serviceId})`,
    operationId: 'deleteService',
    deploymentCount: deploymentCount(stages),
  } as const;
  return keep(queries, thing, [
    { table: 'service', where: Prisma.sql`t.id = ${serviceId}` },
    ...contentParts(serviceId),
    { table: 'gateway_response', where: ofService },
    { table: 'restriction_policy', where: ofService },
    { table: 'restriction_key_value', where: Prisma.sql`t.policy_id IN (${policies})` },
    ...stageParts(stages),
  ]);
}

/** Keeps the resources and models of a service, all of which are to be replaced. Under the service's lock. */
export function keepResources(
  queries: Queries,
  { projectId, serviceId }: ServiceNames,
  operationId: string,
): Promise<string> {
  const thing = {
    kind: 'RESOURCE_IMPORT',
    projectId,
    serviceId,
    objectId: serviceId,
    title: Prisma.sql`(SELECT name FROM service WHERE id = ${serviceId})`,
    operationId,
  } as const;
  return keep(queries, thing, contentParts(serviceId));
}

/** Keeps resources that are to be deleted together, by the one that was named. Under the service's lock. */
export function keepDeletedResources(
  queries: Queries,
  { projectId, serviceId }: ServiceNames,
  namedId: string,
  resourceIds: readonly string[],
): Promise<string> {
  const ids = [...resourceIds];
  const thing = {
    kind: 'RESOURCE',
    projectId,
    serviceId,
    objectId: namedId,
    title: Prisma.sql`(SELECT concat_ws(' ', method_type, path) FROM resource WHERE id = ${namedId})`,
    operationId: 'deleteResource',
  } as const;
  return keep(queries, thing, [
    { table: 'resource', where: Prisma.sql`t.id = ANY(${ids})` },
    { table: 'resource_plugin', where: Prisma.sql`t.resource_id = ANY(${ids})` },
    { table: 'model_reference', where: Prisma.sql`t.resource_id = ANY(${ids})` },
  ]);
}

/** Keeps a model that is to be deleted and that nothing refers to. Under the service's lock. */
export function keepModel(queries: Queries, { projectId, serviceId }: ServiceNames, modelId: string): Promise<string> {
  const thing = {
    kind: 'MODEL',
    projectId,
    serviceId,
    objectId: modelId,
    title: Prisma.sql`(SELECT name FROM model WHERE id = ${modelId})`,
    operationId: 'deleteModel',
  } as const;
  return keep(queries, thing, [{ table: 'model', where: Prisma.sql`t.id = ${modelId}` }]);
}

/** Keeps a stage that is to be deleted. Under its lock. */
export function keepStage(queries: Queries, { projectId, serviceId, stageId }: StageNames): Promise<string> {
  const stages = Prisma.sql`SELECT ${stageId}::text`;
  const thing = {
    kind: 'STAGE',
    projectId,
    serviceId,
    stageId,
    objectId: stageId,
    title: stageTitle(stageId),
    operationId: 'deleteStage',
    deploymentCount: deploymentCount(stages),
  } as const;
  return keep(queries, thing, stageParts(stages));
}

/** Keeps the resources of a stage, all of which are to be replaced, and what the stage says of itself. Under its lock. */
export function keepStageResources(
  queries: Queries,
  { projectId, serviceId, stageId }: StageNames,
  kind: 'STAGE_RESOURCE_IMPORT' | 'STAGE_ROLLBACK',
  operationId: string,
): Promise<string> {
  const thing = { kind, projectId, serviceId, stageId, objectId: stageId, title: stageTitle(stageId), operationId };
  const stages = Prisma.sql`SELECT ${stageId}::text`;
  return keep(queries, thing, [
    { table: 'stage', where: Prisma.sql`t.id = ${stageId}` },
    ...stageResourceParts(stages),
  ]);
}

function stageTitle(stageId: string): Prisma.Sql {
  return Prisma.sql`(SELECT COALESCE(name, 'default') FROM stage WHERE id = ${stageId})`;
}

function contentParts(serviceId: string): KeptPart[] {
  const resources = Prisma.sql`SELECT id FROM resource WHERE service_id = ${serviceId}`;
  return [
    { table: 'resource', where: Prisma.sql`t.service_id = ${serviceId}` },
    { table: 'resource_plugin', where: Prisma.sql`t.resource_id IN (${resources})` },
    { table: 'model', where: Prisma.sql`t.service_id = ${serviceId}` },
    { table: 'model_reference', where: Prisma.sql`t.resource_id IN (${resources})` },
  ];
}

function stageParts(stages: Prisma.Sql): KeptPart[] {
  const deployments = deploymentsThatFit(stages);
  return [
    { table: 'stage', where: Prisma.sql`t.id IN (${stages})` },
    { table: 'stage_host', where: Prisma.sql`t.stage_id IN (${stages})` },
    ...stageResourceParts(stages),
    { table: 'deployment', where: Prisma.sql`t.id IN (${deployments})` },
    { table: 'deployment_receipt', where: Prisma.sql`t.deployment_id IN (${deployments})` },
  ];
}

function stageResourceParts(stages: Prisma.Sql): KeptPart[] {
  const resources = Prisma.sql`SELECT id FROM stage_resource WHERE stage_id IN (${stages})`;
  return [
    { table: 'stage_resource', where: Prisma.sql`t.stage_id IN (${stages})` },
    { table: 'stage_resource_plugin', where: Prisma.sql`t.stage_resource_id IN (${resources})` },
  ];
}

function deploymentCount(stages: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(SELECT count(*) FROM deployment WHERE stage_id IN (${stages}))`;
}

function deploymentsThatFit(stages: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT id FROM (
      SELECT d.id, sum(pg_column_size(d.snapshot) + pg_column_size(d.settings) + pg_column_size(d.documentation)) OVER (
        ORDER BY CASE d.id WHEN s.desired_deployment_id THEN 0 WHEN s.live_deployment_id THEN 1
          WHEN s.base_deployment_id THEN 2 ELSE 3 END, d.deployed_at DESC, d.id DESC) AS bytes
      FROM deployment d JOIN stage s ON s.id = d.stage_id WHERE d.stage_id IN (${stages})) sized
    WHERE bytes <= ${MAX_DEPLOYMENT_BYTES}`;
}
