import { Injectable } from '@nestjs/common';
import { ADMINISTRATORS_TURN, Database, lockAdministrators, type Queries } from '../../../database/index.js';
import { fieldError, pathError } from '../../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../../http/index.js';
import { newId, newSecret } from '../../../kernel/ids.js';
import { secretHash } from '../secret-hash.js';
import { requireLockedUser, requireUser } from '../users/user-access.js';
import { hasUsableAdministrator } from '../users/users.queries.js';
import { LAST_ADMINISTRATOR } from '../users/users.service.js';
import type { ModifyAccessKeyRequest } from './access-keys.dto.js';
import {
  type AccessKeyRow,
  countAccessKeys,
  deleteAccessKey,
  findAccessKey,
  insertAccessKey,
  listAccessKeys,
  updateAccessKey,
} from './access-keys.queries.js';

const MAX_ACCESS_KEYS = 100;

/** Use cases of a user's access keys. */
@Injectable()
export class AccessKeysService {
  constructor(private readonly database: Database) {}

  /** @throws AppError INVALID_PARAMETER naming userId when there is no such user */
  async list(userId: string, query: PageQuery): Promise<Page<AccessKeyRow>> {
    await requireUser(this.database.client, userId);
    const [rows, count] = await listAccessKeys(this.database.client, userId, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError INVALID_PARAMETER naming accessKeyId */
  async get(userId: string, accessKeyId: string): Promise<AccessKeyRow> {
    return requireAccessKey(this.database.client, userId, accessKeyId);
  }

  /** Makes an access key; its secret is not kept. @throws AppError INVALID_PARAMETER naming userId */
  async create(userId: string, name: string): Promise<{ row: AccessKeyRow; secret: string }> {
    const secret = newSecret();
    const create = async (queries: Queries) => {
      await requireLockedUser(queries, userId);
      if ((await countAccessKeys(queries, userId)) >= MAX_ACCESS_KEYS) {
        throw pathError('userId', `has ${MAX_ACCESS_KEYS} access keys already, and may not have more`);
      }
      return insertAccessKey(queries, { id: newId(), userId, name, secretHash: secretHash(secret) });
    };
    const row = await this.database.transaction('create access key', create, { turnOf: userId });
    return { row, secret };
  }

  /** @throws AppError INVALID_PARAMETER naming accessKeyId, INVALID_INPUT when nobody could administer any more */
  async modify(userId: string, accessKeyId: string, request: ModifyAccessKeyRequest): Promise<AccessKeyRow> {
    const modify = async (queries: Queries) => {
      await lockAdministrators(queries);
      const { disabled } = await requireAccessKey(queries, userId, accessKeyId);
      const data = { name: request.accessKeyName, disabled: request.disabled ?? disabled };
      const row = await updateAccessKey(queries, accessKeyId, data);
      if (!(await hasUsableAdministrator(queries))) throw fieldError('INVALID_INPUT', 'disabled', LAST_ADMINISTRATOR);
      return row;
    };
    return this.database.transaction('modify access key', modify, { turnOf: ADMINISTRATORS_TURN });
  }

  /** Deletes an access key with its tokens. @throws AppError INVALID_PARAMETER naming accessKeyId */
  async delete(userId: string, accessKeyId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await lockAdministrators(queries);
      await requireAccessKey(queries, userId, accessKeyId);
      await deleteAccessKey(queries, accessKeyId);
      if (!(await hasUsableAdministrator(queries))) throw pathError('accessKeyId', LAST_ADMINISTRATOR);
    };
    await this.database.transaction('delete access key', remove, { turnOf: ADMINISTRATORS_TURN });
  }
}

async function requireAccessKey(queries: Queries, userId: string, accessKeyId: string): Promise<AccessKeyRow> {
  const row = await findAccessKey(queries, userId, accessKeyId);
  if (!row) throw pathError('accessKeyId', 'is no access key of the user');
  return row;
}
