import { SNAPSHOT_FORMAT_VERSION } from '../../contract/snapshot.js';
import { holdService, lockStage, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { listLiveGateways } from '../routers/index.js';
import { findStage, isHostRegistered, requireStage, stageHostName, type StageOfService } from '../stages/index.js';

/**
 * Locks a stage that is to be deployed, and holds its service: what the methods say and the models that they name are
 * read one after the other.
 * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, DEPLOY_STAGE_DELETED
 */
export async function lockStageToDeploy(
  queries: Queries,
  projectId: string,
  serviceId: string,
  stageId: string,
): Promise<StageOfService> {
  const found = await requireStage(queries, projectId, serviceId, stageId);
  if (!(await holdService(queries, projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
  if (!(await lockStage(queries, serviceId, stageId))) throw new AppError('DEPLOY_STAGE_DELETED');
  const stage = (await findStage(queries, serviceId, stageId)) ?? found.stage;
  return { ...found, stage };
}

/**
 * Demands that a stage has a host name and that gateways can take what is deployed.
 * @throws AppError DEPLOY_HOST_MISSING, NO_LIVE_GATEWAY
 */
export async function checkSurroundings(
  queries: Queries,
  { service, stage }: StageOfService,
  stageDomain: string,
): Promise<void> {
  const names = { regionCode: service.regionCode, serviceId: service.id, stageName: stage.name };
  if (!(await isHostRegistered(queries, stageHostName(names, stageDomain)))) throw new AppError('DEPLOY_HOST_MISSING');
  await requireGateways(queries, service.serverGroupId);
}

/** @throws AppError NO_LIVE_GATEWAY, which names every gateway that could not read what is deployed */
async function requireGateways(queries: Queries, serverGroupId: string): Promise<void> {
  const live = await listLiveGateways(queries, serverGroupId);
  if (live.length === 0) throw new AppError('NO_LIVE_GATEWAY');
  const outdated = live.filter(({ formatVersion }) => formatVersion < SNAPSHOT_FORMAT_VERSION);
  if (outdated.length === 0) return;
  const details = outdated.map(({ id, formatVersion }) => ({
    property: 'gateway',
    field: id,
    message: `reads snapshots up to version ${formatVersion} and not ${SNAPSHOT_FORMAT_VERSION}: upgrade it first`,
  }));
  throw new AppError('NO_LIVE_GATEWAY', details);
}
