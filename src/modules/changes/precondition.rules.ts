import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors/index.js';
import { etagOf, isMatchedStrongly, readTagCondition, type TagCondition } from '../../http/index.js';

const HEADER = 'If-Match';

/**
 * The states in which a call wants to be carried out; null when any will do.
 * @throws AppError INVALID_PARAMETER for a header that is none, and where nothing shows what is changed
 */
export function readPrecondition(request: FastifyRequest, isShown: boolean): TagCondition | null {
  const header = request.headers['if-match'];
  if (header === undefined) return null;
  const condition = readTagCondition(header);
  if (condition === null) throw invalid('must be * or a list of entity tags');
  if (!isShown) throw invalid('has no meaning here: no operation shows what this one changes');
  return condition;
}

/** @throws AppError PRECONDITION_FAILED when a thing is in another state than the caller knows; null: it is not there. */
export function demandState(condition: TagCondition, state: object | null): void {
  const current = state === null ? null : etagOf(JSON.stringify(state));
  if (current !== null && isMatchedStrongly(condition, current)) return;
  const message = current === null ? 'there is nothing yet' : `the current state is ${current}`;
  throw new AppError('PRECONDITION_FAILED', [{ property: 'header', field: HEADER, message }]);
}

function invalid(message: string): AppError {
  return new AppError('INVALID_PARAMETER', [{ property: 'header', field: HEADER, message }]);
}
