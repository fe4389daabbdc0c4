import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Database } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type Caller, setCaller } from './caller.js';
import { findTokenHolder } from './caller.queries.js';
import { secretHash } from './secret-hash.js';

const TOKEN_HEADER = 'x-nhn-authorization';
const TOKEN_ID_LENGTH = 12;
const BEARER = /^Bearer +([A-Za-z0-9]{1,200})$/i;

/** Finds out who calls v2.0. */
@Injectable()
export class Authenticator {
  constructor(private readonly database: Database) {}

  /**
   * Reads the token of a request, gives its caller and remembers it.
   * @throws AppError TOKEN_INVALID, INVALID_USER
   */
  async authenticate(request: FastifyRequest): Promise<Caller> {
    const token = BEARER.exec(String(request.headers[TOKEN_HEADER] ?? ''))?.[1];
    const hash = token === undefined ? '' : secretHash(token);
    const holder = token === undefined ? null : await findTokenHolder(this.database.client, hash);
    if (!holder?.isGood) throw new AppError('TOKEN_INVALID');
    if (holder.isUserDisabled) throw new AppError('INVALID_USER');
    const { userId, accessKeyId, isAdministrator, projectId } = holder;
    const tokenId = hash.slice(0, TOKEN_ID_LENGTH);
    const caller = { userId, accessKeyId, tokenId, isAdministrator, projectId };
    setCaller(request, caller);
    return caller;
  }
}
