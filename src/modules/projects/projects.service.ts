import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../database/index.js';
import { pathError } from '../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import type { Caller } from '../auth/index.js';
import { type AppKeyRow, insertAppKey } from './app-keys/app-keys.queries.js';
import { requireLockedProject, requireProject } from './project-access.js';
import {
  deleteProject,
  insertProject,
  isProjectUsed,
  listProjects,
  type ProjectRow,
  renameProject,
} from './projects.queries.js';

const FIRST_APP_KEY_NAME = 'default';

/** Use cases of projects. */
@Injectable()
export class ProjectsService {
  constructor(private readonly database: Database) {}

  /** The projects that the caller may enter. */
  async list(caller: Caller, query: PageQuery): Promise<Page<ProjectRow>> {
    const [rows, count] = await listProjects(this.database.client, caller, query);
    return toPage(query, rows, count);
  }

  /** @throws AppError INVALID_PARAMETER naming projectId */
  async get(caller: Caller, projectId: string): Promise<ProjectRow> {
    return requireProject(this.database.client, caller, projectId);
  }

  /** Creates a project with its first appKey. */
  async create(caller: Caller, name: string): Promise<{ project: ProjectRow; appKey: AppKeyRow }> {
    return this.database.transaction('create project', async (queries) => {
      const id = await insertProject(queries, name);
      const appKey = await insertAppKey(queries, { projectId: id, name: FIRST_APP_KEY_NAME });
      return { project: await requireProject(queries, caller, id), appKey };
    });
  }

  /** @throws AppError INVALID_PARAMETER naming projectId */
  async modify(caller: Caller, projectId: string, name: string): Promise<ProjectRow> {
    const modify = async (queries: Queries) => {
      await requireLockedProject(queries, projectId);
      await renameProject(queries, projectId, name);
      return requireProject(queries, caller, projectId);
    };
    return this.database.transaction('modify project', modify, { turnOf: projectId });
  }

  /**
   * Deletes an empty project with its appKeys and memberships.
   * @throws AppError INVALID_PARAMETER naming projectId when it does not exist or something was made in it
   */
  async delete(projectId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await requireLockedProject(queries, projectId);
      if (await isProjectUsed(queries, projectId)) {
        throw pathError('projectId', 'has services, API keys, usage plans or custom domains');
      }
      await deleteProject(queries, projectId);
    };
    await this.database.transaction('delete project', remove, { turnOf: projectId });
  }
}
