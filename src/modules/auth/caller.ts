import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who calls v2.0, as the token says. */
export interface Caller {
  readonly userId: string;
  readonly accessKeyId: string;
  /** Names the token without giving it away; null where an access key alone was shown. */
  readonly tokenId: string | null;
  /** Whether the user administers the installation. */
  readonly isAdministrator: boolean;
  /** The one project that the token is for; null when it is for all that the user may enter. */
  readonly projectId: string | null;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Remembers who calls. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who calls; null when nobody was asked for a token, or the call has not been let in. */
export function findCaller(request: FastifyRequest): Caller | null {
  return callers.get(request) ?? null;
}

/** Who calls. @throws Error when nobody has asked: the route lacks its guard. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = findCaller(request);
  if (!caller) throw new Error('The route has no TokenGuard');
  return caller;
}

/** Who calls, as a controller parameter. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
