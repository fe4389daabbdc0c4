import { fieldError } from '../../../errors/index.js';
import type { ResourceTree } from './resource-tree.js';

/** Paths of a service. The guide limits methods only; without a bound one call could make a hundred paths per entry. */
export const MAX_PATHS = 10_000;

/**
 * Refuses a change that leaves a service with more methods than `maxMethods` (those made by CORS count) or more than
 * {@link MAX_PATHS} paths. What does not add to them is let through, so that a limit that was lowered locks nobody out.
 * `field` is the list of the request that adds them.
 * @throws AppError METHOD_LIMIT_EXCEEDED, INVALID_INPUT
 */
export function checkLimits(before: ResourceTree, after: ResourceTree, maxMethods: number, field: string): void {
  const { methodCount, pathCount } = after;
  if (methodCount > maxMethods && methodCount > before.methodCount) {
    throw fieldError('METHOD_LIMIT_EXCEEDED', field, `makes ${methodCount} methods; at most ${maxMethods} are allowed`);
  }
  if (pathCount > MAX_PATHS && pathCount > before.pathCount) {
    throw fieldError('INVALID_INPUT', field, `makes ${pathCount} paths; at most ${MAX_PATHS} are allowed`);
  }
}
