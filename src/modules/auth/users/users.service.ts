import { Injectable } from '@nestjs/common';
import { ADMINISTRATORS_TURN, Database, lockAdministrators, type Queries } from '../../../database/index.js';
import { AppError, fieldError, pathError } from '../../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../../http/index.js';
import type { CreateUserRequest, ModifyUserRequest } from './users.dto.js';
import { requireUser } from './user-access.js';
import {
  deleteUser,
  findUser,
  hasUsableAdministrator,
  insertUser,
  listUsers,
  updateUser,
  type UserRow,
} from './users.queries.js';

/** Why what would lock everybody out is refused. */
export const LAST_ADMINISTRATOR = 'no administrator with an access key would remain';

/** Use cases of users. */
@Injectable()
export class UsersService {
  constructor(private readonly database: Database) {}

  async list(query: PageQuery): Promise<Page<UserRow>> {
    const [rows, count] = await listUsers(this.database.client, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError INVALID_PARAMETER naming userId when there is no such user */
  async get(userId: string): Promise<UserRow> {
    return requireUser(this.database.client, userId);
  }

  /** The user who calls. @throws AppError INVALID_USER when it has just been deleted */
  async getCaller(userId: string): Promise<UserRow> {
    const row = await findUser(this.database.client, userId);
    if (!row) throw new AppError('INVALID_USER');
    return row;
  }

  async create({ userName, isAdministrator }: CreateUserRequest): Promise<UserRow> {
    const user = { name: userName, isAdministrator: isAdministrator ?? false };
    return this.database.transaction('create user', (queries) => insertUser(queries, user));
  }

  /** @throws AppError INVALID_PARAMETER naming userId, INVALID_INPUT when nobody could administer any more */
  async modify(userId: string, request: ModifyUserRequest): Promise<UserRow> {
    const modify = async (queries: Queries) => {
      await lockAdministrators(queries);
      const { isAdministrator, disabled } = await requireUser(queries, userId);
      const data = {
        name: request.userName,
        isAdministrator: request.isAdministrator ?? isAdministrator,
        disabled: request.disabled ?? disabled,
      };
      const row = await updateUser(queries, userId, data);
      if (!(await hasUsableAdministrator(queries))) {
        throw fieldError('INVALID_INPUT', data.disabled ? 'disabled' : 'isAdministrator', LAST_ADMINISTRATOR);
      }
      return row;
    };
    return this.database.transaction('modify user', modify, { turnOf: ADMINISTRATORS_TURN });
  }

  /** Deletes a user with its access keys, tokens and memberships. @throws AppError INVALID_PARAMETER naming userId */
  async delete(userId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await lockAdministrators(queries);
      await requireUser(queries, userId);
      await deleteUser(queries, userId);
      if (!(await hasUsableAdministrator(queries))) throw pathError('userId', LAST_ADMINISTRATOR);
    };
    await this.database.transaction('delete user', remove, { turnOf: ADMINISTRATORS_TURN });
  }
}
