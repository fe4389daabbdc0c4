import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Database, type ProjectRole } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { isStorable, isV2, operationOf, RateLimits } from '../../http/index.js';
import { Authenticator, type Caller, effectiveRole, isAtLeast, isTokenFor } from '../auth/index.js';
import { type EnteredProject, findEnteredProject } from './tenancy.queries.js';
import { setTenant } from './tenant.js';

/**
 * Lets a call in whose path holds a usable appKey, and remembers whose it is. On v2.0 the caller needs a token besides,
 * and a role that is enough: VIEWER to read, MEMBER for everything else.
 */
@Injectable()
export class AppKeyGuard implements CanActivate {
  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { appKey: string } }>>();
    const caller = isV2(request.routeOptions.url ?? '') ? await this.authenticator.authenticate(request) : null;
    const { appKey } = request.params;
    const project = isStorable(appKey)
      ? await findEnteredProject(this.database.client, { appKey, userId: caller?.userId ?? null })
      : null;
    if (!project) throw new AppError('INVALID_APP_KEY');
    await this.limits.countAppKey(request, context.switchToHttp().getResponse<FastifyReply>());
    if (!project.isUsable) throw new AppError('APP_KEY_NOT_ACCEPTED');
    const isRead = request.method === 'GET' || operationOf(context.getHandler())?.onlyReads === true;
    if (caller) demandRole(caller, project, isRead ? 'VIEWER' : 'MEMBER');
    setTenant(request, { projectId: project.projectId, appKeyId: project.appKeyId, appKey });
    return true;
  }
}

/** @throws AppError APP_KEY_NOT_ACCEPTED, USER_NOT_ALLOWED */
function demandRole(caller: Caller, { projectId, role }: EnteredProject, demanded: ProjectRole): void {
  if (!isTokenFor(caller, projectId)) throw new AppError('APP_KEY_NOT_ACCEPTED');
  if (!isAtLeast(effectiveRole(caller, role), demanded)) throw new AppError('USER_NOT_ALLOWED');
}
