import type { SecretBox } from '../../kernel/secret-box.js';
import { mapInSlices } from '../../kernel/steps.js';
import { presentStageResource, type StageResourceAnswer, type StageSettings } from '../stages/index.js';
import type { DeploymentAnswer, RolledBackResourceAnswer } from './deployments.dto.js';
import type { ShownDeployment, StageDeployments } from './latest.queries.js';

/** A deployment as clients see it. */
export function presentDeployment(deployment: ShownDeployment, stage: StageDeployments): DeploymentAnswer {
  return {
    deployId: deployment.id,
    stageId: deployment.stageId,
    deployStatus: deployment.status,
    failureReason: deployment.failureReason,
    deployDescription: deployment.description,
    isBase: deployment.id === stage.baseDeploymentId,
    isLive: deployment.id === stage.liveDeploymentId,
    deployedAt: deployment.deployedAt,
    finishedAt: deployment.finishedAt,
    rollbackAt: deployment.rollbackAt,
  };
}

/** The resources of a stage that was rolled back, with the fields that only this answer has. */
export function presentRolledBack(
  settings: StageSettings,
  stageId: string,
  box: SecretBox,
): Promise<RolledBackResourceAnswer[]> {
  return mapInSlices(settings.resources, (row) => toRolledBack(presentStageResource(row, stageId, box)));
}

function toRolledBack(resource: StageResourceAnswer): RolledBackResourceAnswer {
  return {
    ...resource,
    resourceMethod: resource.methodType !== null,
    resourcePath: resource.methodType === null,
    pathKey: resource.path,
    rootPath: resource.path === '/' && resource.methodType === null,
    customEndpointUrl: resource.customBackendEndpointUrl,
  };
}
