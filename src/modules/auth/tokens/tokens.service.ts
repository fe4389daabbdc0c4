import { Injectable } from '@nestjs/common';
import { Database, holdProject, holdUser, lockAccessKey, type Queries } from '../../../database/index.js';
import { isStorable, OAuthFailure, Settings } from '../../../http/index.js';
import { newSecret } from '../../../kernel/ids.js';
import { findRole } from '../caller.queries.js';
import { isSecretOf, secretHash } from '../secret-hash.js';
import type { Credentials } from './basic-credentials.js';
import { invalid } from './token-form.js';
import {
  type AccessKeyHolder,
  deleteToken,
  findAccessKeyHolder,
  findLiveToken,
  insertToken,
  keepNewestTokens,
  type LiveToken,
} from './tokens.queries.js';

/** A script that asks for a token per call must not fill the table: the oldest tokens of its key go. */
const MAX_TOKENS_PER_ACCESS_KEY = 1000;

/** Use cases of tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** Whose the credentials are. @throws AppError INVALID_USER when they open nothing. */
  async identify(credentials: Credentials | null): Promise<AccessKeyHolder> {
    const holder = credentials && (await findAccessKeyHolder(this.database.client, credentials.id));
    if (!holder || !isSecretOf(credentials.secret, holder.secretHash)) throw invalidClient();
    if (holder.isDisabled || holder.isUserDisabled) throw invalidClient();
    return holder;
  }

  /**
   * Makes a token, for all projects that the user may enter or for one of them.
   * @throws AppError INVALID_PARAMETER for a project that the user may not enter, INVALID_USER when the key has just gone
   */
  async create(holder: AccessKeyHolder, projectId: string | null): Promise<{ token: string; lifetimeSeconds: number }> {
    const { userId, accessKeyId } = holder;
    const { tokenLifetimeSeconds: lifetimeSeconds } = this.settings;
    const token = newSecret();
    const create = async (queries: Queries) => {
      if (projectId !== null && !(await mayEnter(queries, holder, projectId))) {
        throw invalid('project_id', 'is no project that the user may enter');
      }
      const isThere = (await holdUser(queries, userId)) && (await lockAccessKey(queries, accessKeyId));
      if (!isThere) throw invalidClient();
      await insertToken(queries, { hash: secretHash(token), userId, accessKeyId, projectId, lifetimeSeconds });
      await keepNewestTokens(queries, accessKeyId, MAX_TOKENS_PER_ACCESS_KEY);
    };
    await this.database.transaction('create token', create, { turnOf: accessKeyId });
    return { token, lifetimeSeconds };
  }

  /** The token when it is one of the user's and still good, else null. */
  async check(holder: AccessKeyHolder, token: string): Promise<LiveToken | null> {
    return findLiveToken(this.database.client, holder.userId, secretHash(token));
  }

  /** Makes a token of the user worthless at once; one that is not known is worthless already. */
  async revoke(holder: AccessKeyHolder, token: string): Promise<void> {
    const hash = secretHash(token);
    await this.database.transaction('revoke token', (queries) => deleteToken(queries, holder.userId, hash));
  }
}

function invalidClient(): OAuthFailure {
  return new OAuthFailure('INVALID_USER', 'invalid_client');
}

async function mayEnter(queries: Queries, holder: AccessKeyHolder, projectId: string): Promise<boolean> {
  if (!isStorable(projectId)) return false;
  if (!(await holdProject(queries, projectId))) return false;
  return holder.isAdministrator || (await findRole(queries, projectId, holder.userId)) !== null;
}
