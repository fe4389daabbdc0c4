import { Injectable } from '@nestjs/common';
import { Database, holdUser, type ProjectRole, type Queries } from '../../../database/index.js';
import { pathError } from '../../../errors/index.js';
import { type Page, type PageQuery, toPage } from '../../../http/index.js';
import { requireExistingProject, requireLockedProject } from '../project-access.js';
import { deleteMember, findMember, listMembers, type MemberRow, saveMember } from './members.queries.js';

/** Use cases of a project's members. */
@Injectable()
export class MembersService {
  constructor(private readonly database: Database) {}

  /** @throws AppError INVALID_PARAMETER naming projectId */
  async list(projectId: string, query: PageQuery): Promise<Page<MemberRow>> {
    return this.database.readAtOnce(async (queries) => {
      await requireExistingProject(queries, projectId);
      const [rows, count] = await listMembers(queries, projectId, query);
      return toPage(query, rows, count);
    });
  }

  /** @throws AppError INVALID_PARAMETER naming userId */
  async get(projectId: string, userId: string): Promise<MemberRow> {
    const row = await findMember(this.database.client, projectId, userId);
    if (!row) throw pathError('userId', 'is no member');
    return row;
  }

  /** Lets a user in, or changes the role of one. @throws AppError INVALID_PARAMETER naming projectId or userId */
  async set(projectId: string, userId: string, role: ProjectRole): Promise<MemberRow> {
    const set = async (queries: Queries) => {
      await requireLockedProject(queries, projectId);
      if (!(await holdUser(queries, userId))) throw pathError('userId', 'is no user');
      return saveMember(queries, { projectId, userId, role });
    };
    return this.database.transaction('set member', set, { turnOf: projectId });
  }

  /** Takes a user out of a project. @throws AppError INVALID_PARAMETER naming projectId or userId */
  async delete(projectId: string, userId: string): Promise<void> {
    const remove = async (queries: Queries) => {
      await requireLockedProject(queries, projectId);
      if (!(await deleteMember(queries, projectId, userId))) throw pathError('userId', 'is no member');
    };
    await this.database.transaction('delete member', remove, { turnOf: projectId });
  }
}
