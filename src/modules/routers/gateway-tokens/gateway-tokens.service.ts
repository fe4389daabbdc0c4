import { Injectable } from '@nestjs/common';
import { Database, lockGatewayToken, type Queries } from '../../../database/index.js';
import { type AppError, fieldError, pathError } from '../../../errors/index.js';
import { type Page, toPage } from '../../../http/index.js';
import { newId, newSecret } from '../../../kernel/ids.js';
import { secretHash } from '../../auth/index.js';
import { removeGatewaysOfToken } from '../routers.queries.js';
import type { CreateGatewayTokenRequest, ListGatewayTokensQuery } from './gateway-tokens.dto.js';
import {
  findGatewayToken,
  findServerGroupId,
  type GatewayTokenRow,
  insertGatewayToken,
  listGatewayTokens,
  revokeGatewayToken,
} from './gateway-tokens.queries.js';

/** Use cases of the tokens that let gateways in. */
@Injectable()
export class GatewayTokensService {
  constructor(private readonly database: Database) {}

  async list(query: ListGatewayTokensQuery): Promise<Page<GatewayTokenRow>> {
    const [rows, count] = await listGatewayTokens(this.database.client, query.regionCode, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError INVALID_PARAMETER naming gatewayTokenId when there is no such token */
  async get(tokenId: string): Promise<GatewayTokenRow> {
    const row = await findGatewayToken(this.database.client, tokenId);
    if (!row) throw noToken();
    return row;
  }

  /** Makes a token; its value is not kept. @throws AppError INVALID_INPUT for a region without a server group */
  async create(request: CreateGatewayTokenRequest): Promise<{ row: GatewayTokenRow; value: string }> {
    const value = newSecret();
    const create = async (queries: Queries) => {
      const serverGroupId = await findServerGroupId(queries, request.regionCode);
      if (serverGroupId === null) throw fieldError('INVALID_INPUT', 'regionCode', 'is no region with a server group');
      const token = { id: newId(), serverGroupId, name: request.gatewayTokenName, hash: secretHash(value) };
      return insertGatewayToken(queries, token);
    };
    return { row: await this.database.transaction('create gateway token', create), value };
  }

  /**
   * Makes a token worthless at once, and takes its gateways out: deployments no longer wait for them, and their ids are
   * free for another token. @throws AppError INVALID_PARAMETER naming gatewayTokenId
   */
  async revoke(tokenId: string): Promise<void> {
    await this.database.transaction('revoke gateway token', async (queries) => {
      if (!(await lockGatewayToken(queries, tokenId))) throw noToken();
      await revokeGatewayToken(queries, tokenId);
      await removeGatewaysOfToken(queries, tokenId);
    });
  }
}

function noToken(): AppError {
  return pathError('gatewayTokenId', 'is no gateway token');
}
