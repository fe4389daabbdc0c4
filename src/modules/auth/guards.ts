import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors/index.js';
import { Authenticator } from './authenticator.js';
import { mayAdminister, mayManageKeysOf } from './roles.rules.js';

/** Lets in who has a token. @throws AppError TOKEN_INVALID, INVALID_USER */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    await this.authenticator.authenticate(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }
}

/** Lets in administrators of the installation. @throws AppError TOKEN_INVALID, INVALID_USER, USER_NOT_ALLOWED */
@Injectable()
export class AdministratorGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const caller = await this.authenticator.authenticate(context.switchToHttp().getRequest<FastifyRequest>());
    if (!mayAdminister(caller)) throw new AppError('USER_NOT_ALLOWED');
    return true;
  }
}

/**
 * Lets in administrators and the user of the path.
 * @throws AppError TOKEN_INVALID, INVALID_USER, USER_NOT_ALLOWED
 */
@Injectable()
export class KeyOwnerGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { userId: string } }>>();
    const caller = await this.authenticator.authenticate(request);
    if (!mayManageKeysOf(caller, request.params.userId)) throw new AppError('USER_NOT_ALLOWED');
    return true;
  }
}
