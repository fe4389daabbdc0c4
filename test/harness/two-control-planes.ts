import { Api, type ApiAnswer } from './api.js';
import { fiftyAtOnce } from './expectations.js';
import type { PrivateStack } from './stack.js';

/*
 * Two control planes on one database: calls of one process take turns, so that only the locks and constraints of the
 * database stand between calls of two.
 */

export type Call = (client: Api) => Promise<ApiAnswer>;

/** The client of a project for a call of fifty; the calls of a pair go to both control planes of the stack. */
export function clientOf(stack: PrivateStack, api: Api, index: number): Api {
  const controlPlane = stack.controlPlanes[Math.floor(index / 2) % 2];
  if (!controlPlane || stack.controlPlanes.length !== 2) throw new Error('There have to be two control planes');
  return new Api(controlPlane.url, api.appKey, api.gatewayPort);
}

/** Fifty clients of two control planes, one half making one call and one half the other: the answers by code. */
export function race(stack: PrivateStack, api: Api, one: Call, other: Call): Promise<Record<number, number>> {
  return fiftyAtOnce((index) => (index % 2 === 0 ? one : other)(clientOf(stack, api, index)));
}
