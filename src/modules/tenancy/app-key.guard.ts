import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { isStorable } from '../../http/index.js';
import { setTenant } from './tenant.js';

/** Lets a call in whose path holds a usable appKey, and remembers whose it is. */
@Injectable()
export class AppKeyGuard implements CanActivate {
  constructor(private readonly database: Database) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { appKey: string } }>>();
    const value = request.params.appKey;
    const appKey = isStorable(value) && (await this.database.client.appKey.findUnique({ where: { value } }));
    if (!appKey) throw new AppError('INVALID_APP_KEY');
    if (appKey.disabled || (appKey.expiresAt && appKey.expiresAt <= new Date())) {
      throw new AppError('APP_KEY_NOT_ACCEPTED');
    }
    setTenant(request, { projectId: appKey.projectId, appKeyId: appKey.id, appKey: value });
    return true;
  }
}
