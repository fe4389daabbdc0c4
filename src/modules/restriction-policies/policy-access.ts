import { lockService, type Queries } from '../../database/index.js';
import { AppError, pathError } from '../../errors/index.js';
import { findPolicy, type RestrictionPolicyRow } from './restriction-policies.queries.js';

/** Locks the service whose policies or key values are to be changed. @throws AppError SERVICE_NOT_FOUND */
export async function lockServiceOfPolicies(queries: Queries, projectId: string, serviceId: string): Promise<void> {
  if (!(await lockService(queries, projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
}

/**
 * A policy of a service. The table of errors has no code for an unknown one; the path parameter is what is wrong.
 * @throws AppError INVALID_PARAMETER
 */
export async function requirePolicy(
  queries: Queries,
  serviceId: string,
  policyId: string,
): Promise<RestrictionPolicyRow> {
  const policy = await findPolicy(queries, serviceId, policyId);
  if (policy) return policy;
  throw pathError('requestRestrictionPolicyId', 'names no request restriction policy of this service');
}
