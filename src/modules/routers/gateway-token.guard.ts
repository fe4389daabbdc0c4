import { createHash, timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';

/** Lets in who shows the token of the gateways. */
@Injectable()
export class GatewayTokenGuard implements CanActivate {
  private readonly expected: Buffer;

  constructor(settings: Settings) {
    this.expected = digest(`Bearer ${settings.gatewayToken}`);
  }

  canActivate(context: ExecutionContext): boolean {
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (timingSafeEqual(digest(authorization ?? ''), this.expected)) return true;
    throw new AppError('TOKEN_INVALID');
  }
}

/** Digests have one length, whatever is shown; so the comparison takes the same time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
