import { SNAPSHOT_FORMAT_VERSION } from '../../../contract/snapshot.js';
import type { Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import type { SecretBox } from '../../../kernel/secret-box.js';
import { openResources } from '../../stages/index.js';
import { findBodies } from '../deployments.queries.js';
import type { StageAsSet } from '../prepare.js';
import { readDeployment, type StoredDeployment } from '../stored-deployment.js';
import { type Change, compareStates } from './compare.js';
import { type StageState, stateOf } from './stage-state.js';

/** A deployment of a stage with what it keeps. @throws AppError DEPLOYMENT_NOT_FOUND, SNAPSHOT_UNREADABLE */
export async function requireDeployment(
  queries: Queries,
  stageId: string,
  deploymentId: string,
): Promise<StoredDeployment> {
  const row = await findBodies(queries, stageId, deploymentId);
  if (!row) throw new AppError('DEPLOYMENT_NOT_FOUND');
  return readDeployment(row);
}

/** The live deployment of a stage; null when nothing is live. @throws AppError SNAPSHOT_UNREADABLE */
export async function findLiveDeployment(
  queries: Queries,
  stage: { readonly id: string; readonly liveDeploymentId: string | null },
): Promise<StoredDeployment | null> {
  return stage.liveDeploymentId === null ? null : requireDeployment(queries, stage.id, stage.liveDeploymentId);
}

/** The state of a stage that a deployment keeps. @throws AppError SNAPSHOT_UNREADABLE */
export function stateOfDeployment(deployment: StoredDeployment, box: SecretBox): StageState {
  const resources = openResources(deployment.settings, box, 'SNAPSHOT_UNREADABLE');
  return stateOf({ ...deployment, resources });
}

/** What a deployment of a stage as it is set now would change of what is live. @throws AppError SNAPSHOT_UNREADABLE */
export function changesOfLive(live: StoredDeployment | null, asSet: StageAsSet, box: SecretBox): Change[] {
  const now = stateOf({ ...asSet, formatVersion: SNAPSHOT_FORMAT_VERSION });
  return compareStates(live && stateOfDeployment(live, box), now);
}
