import { AppError, fieldError } from '../../errors/index.js';
import type { DeployQuery } from './convergence/convergence.dto.js';
import type { DeployStageRequest } from './deployments.dto.js';

/** What somebody wants of a deployment. */
export interface DeploymentWish {
  /** Only a plan. */
  readonly isDryRun: boolean;
  readonly description: string;
  /** The plan that is to be carried out; null for none. */
  readonly planId: string | null;
}

/** Reads what is wanted. @throws AppError INVALID_INPUT, INVALID_PARAMETER for what does not go with a dry run */
export function readWish(
  { dryRun, wait }: Pick<DeployQuery, 'dryRun' | 'wait'>,
  { deployDescription, planId }: DeployStageRequest,
): DeploymentWish {
  const isDryRun = dryRun === 'true';
  const message = 'does not go with dryRun=true, which deploys nothing';
  if (isDryRun && wait !== undefined)
    throw new AppError('INVALID_PARAMETER', [{ property: 'query', field: 'wait', message }]);
  if (isDryRun && typeof planId === 'string') throw fieldError('INVALID_INPUT', 'planId', message);
  return { isDryRun, description: deployDescription ?? '', planId: planId ?? null };
}
