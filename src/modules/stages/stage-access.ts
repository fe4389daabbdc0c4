import { lockStage, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { requireService, type ServiceRow } from '../services/index.js';
import { findStage, isStageDeploying, isStageOfProject, type StageRow } from './stages.queries.js';
import { findStageResource, readServiceResources } from './stage-resources.queries.js';
import type { StageResourceSettings } from './stage-settings.js';

/** A stage with the service that it belongs to. */
export interface StageOfService {
  readonly service: ServiceRow;
  readonly stage: StageRow;
}

/** A stage of a service of the project. @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND */
export async function requireStage(
  queries: Queries,
  projectId: string,
  serviceId: string,
  stageId: string,
): Promise<StageOfService> {
  const service = await requireService(queries, projectId, serviceId);
  const stage = await findStage(queries, serviceId, stageId);
  if (!stage) throw new AppError('STAGE_NOT_FOUND');
  return { service, stage };
}

/** Demands that a project has a stage, of whichever service. @throws AppError STAGE_NOT_FOUND */
export async function requireStageOfProject(queries: Queries, projectId: string, stageId: string): Promise<void> {
  if (!(await isStageOfProject(queries, projectId, stageId))) throw new AppError('STAGE_NOT_FOUND');
}

/**
 * Locks a stage that is to be changed.
 * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, STAGE_DEPLOYING
 */
export async function lockIdleStage(
  queries: Queries,
  projectId: string,
  serviceId: string,
  stageId: string,
): Promise<StageOfService> {
  const service = await requireService(queries, projectId, serviceId);
  if (!(await lockStage(queries, serviceId, stageId))) throw new AppError('STAGE_NOT_FOUND');
  if (await isStageDeploying(queries, stageId)) throw new AppError('STAGE_DEPLOYING');
  const stage = await findStage(queries, serviceId, stageId);
  if (!stage) throw new AppError('STAGE_NOT_FOUND');
  return { service, stage };
}

/** @throws AppError STAGE_RESOURCE_NOT_FOUND */
export async function requireStageResource(
  queries: Queries,
  stageId: string,
  stageResourceId: string,
): Promise<StageResourceSettings> {
  const resource = await findStageResource(queries, stageId, stageResourceId);
  if (!resource) throw new AppError('STAGE_RESOURCE_NOT_FOUND');
  return resource;
}

/** The resources of a service as a stage gets them. @throws AppError NO_METHOD_TO_STAGE */
export async function requireServiceResources(queries: Queries, serviceId: string): Promise<StageResourceSettings[]> {
  const resources = await readServiceResources(queries, serviceId);
  if (!resources.some((resource) => resource.methodType !== null)) throw new AppError('NO_METHOD_TO_STAGE');
  return resources;
}
