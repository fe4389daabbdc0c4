import { Injectable } from '@nestjs/common';
import { Database, lockProject, type Queries } from '../../database/index.js';
import { pathError } from '../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../http/index.js';
import { newId } from '../../kernel/ids.js';
import type { Caller } from '../auth/index.js';
import { type AppKeyRow, insertAppKey } from './app-keys/app-keys.queries.js';
import { findProject, isProjectUsed, listProjects, type ProjectRow } from './projects.queries.js';

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
      const { id } = await queries.project.create({ data: { id: newId(), name } });
      const appKey = await insertAppKey(queries, { projectId: id, name: FIRST_APP_KEY_NAME });
      return { project: await requireProject(queries, caller, id), appKey };
    });
  }

  /** @throws AppError INVALID_PARAMETER naming projectId */
  async modify(caller: Caller, projectId: string, name: string): Promise<ProjectRow> {
    return this.database.transaction('modify project', async (queries) => {
      await queries.project.updateMany({ where: { id: projectId }, data: { name, updatedAt: new Date() } });
      return requireProject(queries, caller, projectId);
    });
  }

  /**
   * Deletes an empty project with its appKeys and memberships.
   * @throws AppError INVALID_PARAMETER naming projectId when it does not exist or something was made in it
   */
  async delete(projectId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      if (!(await lockProject(queries, projectId))) throw noProject();
      if (await isProjectUsed(queries, projectId)) {
        throw pathError('projectId', 'has services, API keys, usage plans or custom domains');
      }
      await queries.project.delete({ where: { id: projectId } });
    };
    await this.database.transaction('delete project', remove, { turnOf: projectId });
  }
}

async function requireProject(queries: Queries, caller: Caller, projectId: string): Promise<ProjectRow> {
  const row = await findProject(queries, caller, projectId);
  if (!row) throw noProject();
  return row;
}

function noProject() {
  return pathError('projectId', 'is no project');
}
