import { Injectable } from '@nestjs/common';
import { Database, lockAppKey, lockProject, type Queries } from '../../../database/index.js';
import { pathError } from '../../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../../http/index.js';
import type { CreateAppKeyRequest, ModifyAppKeyRequest } from './app-keys.dto.js';
import { type AppKeyRow, countAppKeys, insertAppKey, isAppKeyUsed, listAppKeys } from './app-keys.queries.js';

const MAX_APP_KEYS = 100;
const NO_PROJECT = 'is no project';
const NO_APP_KEY = 'is no appKey of the project';

/** Use cases of a project's appKeys. */
@Injectable()
export class AppKeysService {
  constructor(private readonly database: Database) {}

  /** @throws AppError INVALID_PARAMETER naming projectId */
  async list(projectId: string, query: PageQuery): Promise<Page<AppKeyRow>> {
    return this.database.readAtOnce(async (queries) => {
      if (!(await queries.project.findUnique({ where: { id: projectId } }))) throw pathError('projectId', NO_PROJECT);
      const [rows, count] = await listAppKeys(queries, projectId, query);
      return toPage(query, rows, count);
    });
  }

  /** @throws AppError INVALID_PARAMETER naming projectId when it does not exist or has too many appKeys */
  async create(projectId: string, { appKeyName, expiresAt }: CreateAppKeyRequest): Promise<AppKeyRow> {
    const create = async (queries: Queries) => {
      if (!(await lockProject(queries, projectId))) throw pathError('projectId', NO_PROJECT);
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
      if (!(await lockAppKey(queries, projectId, appKeyId))) throw pathError('appKeyId', NO_APP_KEY);
      const data = {
        name: request.appKeyName,
        disabled: request.disabled ?? undefined,
        expiresAt: toDate(request.expiresAt),
        updatedAt: new Date(),
      };
      return queries.appKey.update({ where: { id: appKeyId }, data });
    };
    return this.database.transaction('modify appKey', modify);
  }

  /** @throws AppError INVALID_PARAMETER naming appKeyId when it does not exist or something was made under it */
  async delete(projectId: string, appKeyId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      if (!(await lockAppKey(queries, projectId, appKeyId))) throw pathError('appKeyId', NO_APP_KEY);
      if (await isAppKeyUsed(queries, appKeyId)) {
        throw pathError('appKeyId', 'has services, API keys, usage plans or custom domains that were made under it');
      }
      await queries.appKey.delete({ where: { id: appKeyId } });
    };
    await this.database.transaction('delete appKey', remove);
  }
}

/** undefined stays: it leaves a date as it is. */
function toDate(text: string | null | undefined): Date | null | undefined {
  return typeof text === 'string' ? new Date(text) : text;
}
