import { Injectable } from '@nestjs/common';
import { Database, lockAppKey, type Queries } from '../../../database/index.js';
import { type AppError, pathError } from '../../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../../http/index.js';
import type { CreateAppKeyRequest, ModifyAppKeyRequest } from './app-keys.dto.js';
import { requireExistingProject, requireLockedProject } from '../project-access.js';
import {
  type AppKeyRow,
  countAppKeys,
  deleteAppKey,
  findAppKey,
  insertAppKey,
  isAppKeyUsed,
  listAppKeys,
  updateAppKey,
} from './app-keys.queries.js';

const MAX_APP_KEYS = 100;

/** Use cases of a project's appKeys. */
@Injectable()
export class AppKeysService {
  constructor(private readonly database: Database) {}

  /** @throws AppError INVALID_PARAMETER naming projectId */
  async list(projectId: string, query: PageQuery): Promise<Page<AppKeyRow>> {
    return this.database.readAtOnce(async (queries) => {
      await requireExistingProject(queries, projectId);
      const [rows, count] = await listAppKeys(queries, projectId, query);
      return toPage(query, rows, count);
    });
  }

  /** @throws AppError INVALID_PARAMETER naming appKeyId */
  async get(projectId: string, appKeyId: string): Promise<AppKeyRow> {
    const row = await findAppKey(this.database.client, projectId, appKeyId);
    if (!row) throw unknownAppKey();
    return row;
  }

  /** @throws AppError INVALID_PARAMETER naming projectId when it does not exist or has too many appKeys */
  async create(projectId: string, { appKeyName, expiresAt }: CreateAppKeyRequest): Promise<AppKeyRow> {
    const create = async (queries: Queries) => {
      await requireLockedProject(queries, projectId);
      if ((await countAppKeys(queries, projectId)) >= MAX_APP_KEYS) {
        throw pathError('projectId', `has ${MAX_APP_KEYS} appKeys already, and may not have more`);
      }
      return insertAppKey(queries, { projectId, name: appKeyName, expiresAt: toDate(expiresAt) });
    };
    return this.database.transaction('create appKey', create, { turnOf: projectId });
  }

  /** @throws AppError INVALID_PARAMETER naming appKeyId */
  async modify(projectId: string, appKeyId: string, request: ModifyAppKeyRequest): Promise<AppKeyRow> {
    const modify = async (queries: Queries) => {
      await requireLockedAppKey(queries, projectId, appKeyId);
      return updateAppKey(queries, appKeyId, {
        name: request.appKeyName,
        disabled: request.disabled ?? undefined,
        expiresAt: toDate(request.expiresAt),
      });
    };
    return this.database.transaction('modify appKey', modify, { turnOf: projectId });
  }

  /** @throws AppError INVALID_PARAMETER naming appKeyId when it does not exist or something was made under it */
  async delete(projectId: string, appKeyId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await requireLockedAppKey(queries, projectId, appKeyId);
      if (await isAppKeyUsed(queries, appKeyId)) {
        throw pathError('appKeyId', 'has services, API keys, usage plans or custom domains that were made under it');
      }
      await deleteAppKey(queries, appKeyId);
    };
    await this.database.transaction('delete appKey', remove, { turnOf: projectId });
  }
}

/** @throws AppError INVALID_PARAMETER naming appKeyId */
async function requireLockedAppKey(queries: Queries, projectId: string, appKeyId: string): Promise<void> {
  if (!(await lockAppKey(queries, projectId, appKeyId))) throw unknownAppKey();
}

function unknownAppKey(): AppError {
  return pathError('appKeyId', 'is no appKey of the project');
}

/** undefined stays: it leaves a date as it is. */
function toDate(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? new Date(text) : text;
}
