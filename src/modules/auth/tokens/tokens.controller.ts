import { Controller, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { Operation, TOKEN_PATH } from '../../../http/index.js';
import { ClientGuard, CurrentClient, Form } from './client.guard.js';
import { readToken, readTokenRequest } from './token-form.js';
import { CreateTokenForm, TokenAnswer, TokenForm, TokenRevokedAnswer, TokenStateAnswer } from './tokens.dto.js';
import type { AccessKeyHolder, LiveToken } from './tokens.queries.js';
import { TokensService } from './tokens.service.js';

@ApiTags('Token')
@ApiConsumes('application/x-www-form-urlencoded')
@UseGuards(ClientGuard)
@Controller(TOKEN_PATH)
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Post('create')
  @ApiBody({ type: CreateTokenForm })
  @Operation({
    id: 'createToken',
    summary: 'Create a token',
    description: 'OAuth 2.0 client credentials: HTTP Basic with id and secret of a user access key.',
    access: 'accessKey',
    answer: TokenAnswer,
    errors: [],
  })
  async create(@CurrentClient() client: AccessKeyHolder, @Form() form: URLSearchParams): Promise<TokenAnswer> {
    const { token, lifetimeSeconds } = await this.tokens.create(client, readTokenRequest(form).projectId);
    return { access_token: token, token_type: 'Bearer', expires_in: lifetimeSeconds };
  }

  @Post('check')
  @ApiBody({ type: TokenForm })
  @Operation({
    id: 'checkToken',
    summary: 'Check a token',
    description: 'Says what a token of the same user is good for; of any other one, that it is not active.',
    access: 'accessKey',
    answer: TokenStateAnswer,
    errors: [],
    onlyReads: true,
  })
  async check(@CurrentClient() client: AccessKeyHolder, @Form() form: URLSearchParams): Promise<TokenStateAnswer> {
    const token = await this.tokens.check(client, readToken(form));
    return token ? presentToken(client.userId, token) : { active: false };
  }

  @Post('revoke')
  @ApiBody({ type: TokenForm })
  @Operation({
    id: 'revokeToken',
    summary: 'Revoke a token',
    description: 'Of the same user; one that does not exist is revoked already.',
    access: 'accessKey',
    answer: TokenRevokedAnswer,
    errors: [],
  })
  async revoke(@CurrentClient() client: AccessKeyHolder, @Form() form: URLSearchParams): Promise<TokenRevokedAnswer> {
    await this.tokens.revoke(client, readToken(form));
    return { active: false };
  }
}

function presentToken(userId: string, { accessKeyId, projectId, createdAt, expiresAt }: LiveToken): TokenStateAnswer {
  return {
    active: true,
    token_type: 'Bearer',
    client_id: accessKeyId,
    sub: userId,
    ...(projectId === null ? {} : { project_id: projectId }),
    iat: secondsOf(createdAt),
    exp: secondsOf(expiresAt),
  };
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
