import { fieldError } from '../../../errors/index.js';
import type { ResourceTree } from './resource-tree.js';

/** Paths of a service. The guide limits methods only; without a bound one call could make a hundred paths per entry. */
export const MAX_PATHS = 10_000;

/** A limit that a change goes beyond, in words. */
export interface LimitFault {
  readonly limit: 'methods' | 'paths';
  readonly message: string;
}

/** How many methods and paths there are. */
export interface ResourceCounts {
  readonly methodCount: number;
  readonly pathCount: number;
}

/**
 * What is wrong with a change that leaves a service with more methods than `maxMethods` (those made by CORS count) or
 * more than {@link MAX_PATHS} paths; null when it is right. What does not add to them is let through, so that a limit
 * that was lowered locks nobody out.
 */
export function limitFault(before: ResourceCounts, after: ResourceCounts, maxMethods: number): LimitFault | null {
  const { methodCount, pathCount } = after;
  if (methodCount > maxMethods && methodCount > before.methodCount) {
    return { limit: 'methods', message: `makes ${methodCount} methods; at most ${maxMethods} are allowed` };
  }
  if (pathCount > MAX_PATHS && pathCount > before.pathCount) {
    return { limit: 'paths', message: `makes ${pathCount} paths; at most ${MAX_PATHS} are allowed` };
  }
  return null;
}

/**
 * Refuses a change with a {@link limitFault}. `field` is the list of the request that adds them.
 * @throws AppError METHOD_LIMIT_EXCEEDED, INVALID_INPUT
 */
export function checkLimits(before: ResourceTree, after: ResourceTree, maxMethods: number, field: string): void {
  const fault = limitFault(before, after, maxMethods);
  if (fault)
    throw fieldError(fault.limit === 'methods' ? 'METHOD_LIMIT_EXCEEDED' : 'INVALID_INPUT', field, fault.message);
}
