import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database, type ProjectRole } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { isStorable } from '../../http/index.js';
import { Authenticator, type Caller, effectiveRole, findRole, isAtLeast, isTokenFor } from '../auth/index.js';

/**
 * Lets in who may enter the project of the path: VIEWER to read, ADMIN to change something. A stranger does not learn
 * whether the project exists.
 * @throws AppError TOKEN_INVALID, INVALID_USER, USER_NOT_ALLOWED
 */
@Injectable()
export class ProjectGuard implements CanActivate {
  constructor(
    private readonly database: Database,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { projectId: string } }>>();
    const caller = await this.authenticator.authenticate(request);
    const role = await this.roleIn(caller, request.params.projectId);
    if (!isAtLeast(role, this.demandedRole(request.method))) throw new AppError('USER_NOT_ALLOWED');
    return true;
  }

  /** The least role that may make a call with this method. */
  protected demandedRole(method: string): ProjectRole {
    return method === 'GET' ? 'VIEWER' : 'ADMIN';
  }

  private async roleIn(caller: Caller, projectId: string) {
    if (!isTokenFor(caller, projectId)) return null;
    const role = isStorable(projectId) ? await findRole(this.database.client, projectId, caller.userId) : null;
    return effectiveRole(caller, role);
  }
}

/**
 * Lets in the ADMIN of the project alone, to read too: for what gives more than the role that reads it.
 * @throws AppError TOKEN_INVALID, INVALID_USER, USER_NOT_ALLOWED
 */
@Injectable()
export class ProjectAdminGuard extends ProjectGuard {
  protected override demandedRole(): ProjectRole {
    return 'ADMIN';
  }
}
