import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setCaller } from '../caller.js';
import { readBasicCredentials } from './basic-credentials.js';
import type { AccessKeyHolder } from './tokens.queries.js';
import { TokensService } from './tokens.service.js';

const clients = new WeakMap<FastifyRequest, AccessKeyHolder>();

/** Lets in who shows id and secret of an access key. @throws AppError INVALID_USER */
@Injectable()
export class ClientGuard implements CanActivate {
  constructor(private readonly tokens: TokensService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const client = await this.tokens.identify(readBasicCredentials(request.headers.authorization));
    clients.set(request, client);
    const { userId, accessKeyId, isAdministrator } = client;
    setCaller(request, { userId, accessKeyId, tokenId: null, isAdministrator, projectId: null });
    return true;
  }
}

/** Whose access key a call of a token endpoint shows, as a controller parameter. */
export const CurrentClient = createParamDecorator((_data: unknown, context: ExecutionContext): AccessKeyHolder => {
  const client = clients.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!client) throw new Error('The route has no ClientGuard');
  return client;
});

/** The form of a call, as a controller parameter; empty when there was no body. */
export const Form = createParamDecorator((_data: unknown, context: ExecutionContext): URLSearchParams => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  return body instanceof URLSearchParams ? body : new URLSearchParams();
});
