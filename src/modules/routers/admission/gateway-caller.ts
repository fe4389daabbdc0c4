import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** What a token of a server group opens. */
export interface GatewayScope {
  readonly tokenId: string;
  readonly serverGroupId: string;
  readonly regionCode: string;
}

/** The gateway that calls, as its token says. */
export interface GatewayCaller {
  /** Null for the shared token, which opens every server group. */
  readonly scope: GatewayScope | null;
}

const callers = new WeakMap<FastifyRequest, GatewayCaller>();

/** Remembers which gateway calls. */
export function setGatewayCaller(request: FastifyRequest, caller: GatewayCaller): void {
  callers.set(request, caller);
}

/** Which gateway calls. @throws Error when nobody has asked: the route lacks its guard. */
export function gatewayCallerOf(request: FastifyRequest): GatewayCaller {
  const caller = callers.get(request);
  if (!caller) throw new Error('The route has no GatewayTokenGuard');
  return caller;
}

/** Which gateway calls, as a controller parameter. */
export const CurrentGateway = createParamDecorator((_data: unknown, context: ExecutionContext): GatewayCaller =>
  gatewayCallerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
