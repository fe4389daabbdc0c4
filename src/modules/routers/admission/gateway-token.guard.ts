import { timingSafeEqual } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../../database/index.js';
import { AppError, pathError } from '../../../errors/index.js';
import { isStorable, Settings } from '../../../http/index.js';
import { secretHash } from '../../auth/index.js';
import { findGoodToken, isForeignGateway, noteTokenUse } from './admission.queries.js';
import { hasClientCertificate } from './client-certificate.js';
import { type GatewayCaller, setGatewayCaller } from './gateway-caller.js';

const BEARER = /^Bearer (.+)$/;

type GatewayRequest = FastifyRequest<{ Params: { gatewayId?: string } }>;

/**
 * Lets in gateways: by a client certificate where one is demanded, and by a token of their server group or the shared
 * one. A gateway id of the path must not belong to another token.
 * @throws AppError TOKEN_INVALID, USER_NOT_ALLOWED for the id of another, INVALID_PARAMETER
 */
@Injectable()
export class GatewayTokenGuard implements CanActivate {
  private readonly sharedHash: Buffer | null;

  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {
    const { gatewayToken } = settings;
    this.sharedHash = gatewayToken === undefined ? null : Buffer.from(secretHash(gatewayToken));
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GatewayRequest>();
    if (this.settings.tls?.clientCaFile && !hasClientCertificate(request.raw.socket)) {
      throw new AppError('TOKEN_INVALID');
    }
    const caller = await this.identify(request.headers.authorization ?? '');
    await this.demandOwnId(request.params.gatewayId, caller);
    setGatewayCaller(request, caller);
    return true;
  }

  private async identify(authorization: string): Promise<GatewayCaller> {
    const value = BEARER.exec(authorization)?.[1];
    if (value === undefined) throw new AppError('TOKEN_INVALID');
    const hash = secretHash(value);
    // Hashes have one length, whatever is shown; so the comparison takes the same time.
    if (this.sharedHash && timingSafeEqual(Buffer.from(hash), this.sharedHash)) return { scope: null };
    const token = await findGoodToken(this.database.client, hash);
    if (!token) throw new AppError('TOKEN_INVALID');
    const { isUseStale, ...scope } = token;
    if (isUseStale) await noteTokenUse(this.database.client, scope.tokenId);
    return { scope };
  }

  private async demandOwnId(gatewayId: string | undefined, { scope }: GatewayCaller): Promise<void> {
    if (gatewayId === undefined) return;
    if (!isStorable(gatewayId)) throw pathError('gatewayId', 'has a character that no id has');
    const isSharedTokenOn = this.sharedHash !== null;
    if (await isForeignGateway(this.database.client, gatewayId, scope, isSharedTokenOn)) {
      throw new AppError('USER_NOT_ALLOWED');
    }
  }
}
