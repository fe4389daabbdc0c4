import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Whose data a call is about; every query takes the project. */
export interface Tenant {
  readonly projectId: string;
  readonly appKeyId: string;
  /** The appKey as it stands in the path. */
  readonly appKey: string;
}

const tenants = new WeakMap<FastifyRequest, Tenant>();

/** Remembers whose call a request is. */
export function setTenant(request: FastifyRequest, tenant: Tenant): void {
  tenants.set(request, tenant);
}

/** Whose call a request is; null when it is about no project, or has not been let in. */
export function findTenant(request: FastifyRequest): Tenant | null {
  return tenants.get(request) ?? null;
}

/** The tenant of the call, as a controller parameter. */
export const CurrentTenant = createParamDecorator((_data: unknown, context: ExecutionContext): Tenant => {
  const tenant = findTenant(context.switchToHttp().getRequest<FastifyRequest>());
  if (!tenant) throw new Error('The route has no AppKeyGuard');
  return tenant;
});
