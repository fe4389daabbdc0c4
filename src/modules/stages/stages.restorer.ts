import { Injectable } from '@nestjs/common';
import { lockService, lockStage, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';
import {
  keepStageResources,
  notRestorable,
  readKept,
  type RecycleBinItemRow,
  type Restored,
  Restorers,
  restoreStages,
  restoreTables,
  serviceMissing,
} from '../recycle-bin/index.js';
import { findMissingPolicies } from '../restriction-policies/index.js';
import { notifyConfiguration } from '../routers/index.js';
import type { Tenant } from '../tenancy/index.js';
import { restoreStageColumns } from './stage-restore.queries.js';
import { countStages, deleteStageResources, isStageDeploying, isStageNameTaken } from './stages.queries.js';

type ReplacedKind = 'STAGE_RESOURCE_IMPORT' | 'STAGE_ROLLBACK';

/** Puts back deleted stages, and the resources of stages that an import to the stage or a rollback has replaced. */
@Injectable()
export class StagesRestorer {
  constructor(
    restorers: Restorers,
    private readonly settings: Settings,
  ) {
    const within = 'service';
    const unique = { stage_name_key: 'STAGE_NAME_DUPLICATED' } as const;
    restorers.add('STAGE', { within, unique, restore: (...call) => this.restoreDeleted(...call) });
    for (const kind of ['STAGE_RESOURCE_IMPORT', 'STAGE_ROLLBACK'] as const) {
      restorers.add(kind, { within, restore: (...call) => restoreReplaced(kind, ...call) });
    }
  }

  private async restoreDeleted(queries: Queries, { projectId }: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    const { serviceId, objectId: stageId } = item;
    if (serviceId === null || !(await lockService(queries, projectId, serviceId))) throw serviceMissing(serviceId);
    const [stage] = await readKept(queries, item.id, 'stage', ['name']);
    if (await isStageNameTaken(queries, serviceId, stage?.name ?? null)) throw new AppError('STAGE_NAME_DUPLICATED');
    if ((await countStages(queries, serviceId)) >= this.settings.maxStages) throw new AppError('STAGE_LIMIT_EXCEEDED');
    const leftOutCustomDomains = await restoreStages(queries, projectId, item.id);
    await demandPolicies(queries, serviceId, stageId);
    await notifyConfiguration(queries);
    return { replacedItemId: null, leftOutCustomDomains };
  }
}

async function restoreReplaced(
  kind: ReplacedKind,
  queries: Queries,
  { projectId }: Tenant,
  item: RecycleBinItemRow,
): Promise<Restored> {
  const { serviceId, objectId: stageId } = item;
  if (serviceId === null || !(await lockService(queries, projectId, serviceId))) throw serviceMissing(serviceId);
  if (!(await lockStage(queries, serviceId, stageId))) {
    throw notRestorable('stageId', `the stage ${stageId} does not exist; restore it first`);
  }
  if (await isStageDeploying(queries, stageId)) throw new AppError('STAGE_DEPLOYING');
  const names = { projectId, serviceId, stageId };
  const replacedItemId = await keepStageResources(queries, names, kind, 'restoreRecycleBinItem');
  await deleteStageResources(queries, stageId);
  await restoreTables(queries, item.id, ['stage_resource', 'stage_resource_plugin']);
  await restoreStageColumns(queries, item.id, kind === 'STAGE_ROLLBACK');
  await demandPolicies(queries, serviceId, stageId);
  return { replacedItemId, leftOutCustomDomains: [] };
}

/** Ask under the service's lock, when the stage is as it shall be. @throws AppError RECYCLE_BIN_ITEM_NOT_RESTORABLE */
async function demandPolicies(queries: Queries, serviceId: string, stageId: string): Promise<void> {
  const missing = await findMissingPolicies(queries, serviceId, stageId);
  if (missing.length === 0) return;
  const message = `these request restriction policies were deleted: ${missing.join(', ')}`;
  throw notRestorable('requestRestrictionPolicies', message);
}
