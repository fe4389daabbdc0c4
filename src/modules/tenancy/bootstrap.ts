import { Injectable } from '@nestjs/common';
import { Database, lockBootstrap, type Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';
import { newAppKeyValue } from '../../kernel/ids.js';
import { FirstAdministrator, type NewAccessKey } from '../auth/index.js';
import { hasAppKey, hasProject, insertAppKey, insertProject, insertServerGroups } from './bootstrap.queries.js';

const FIRST_PROJECT_NAME = 'default';
const IGNORED = 'BOOTSTRAP_APP_KEY is ignored: there is a project already, and the appKey is unknown';

/** What a start has to tell somebody. */
export interface BootstrapOutcome {
  /** What it has generated; null for what was there or given. */
  readonly appKey: string | null;
  readonly accessKey: NewAccessKey | null;
  /** What has become of given keys where they are not simply there, without secrets. */
  readonly notes: readonly string[];
}

/** Makes what an installation starts with: a server group per region, the first project, the first administrator. */
@Injectable()
export class Bootstrap {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly firstAdministrator: FirstAdministrator,
  ) {}

  async run(): Promise<BootstrapOutcome> {
    return this.database.transaction('bootstrap', async (queries) => {
      await lockBootstrap(queries);
      await insertServerGroups(queries, this.settings.regions);
      // In this order, as of the locks: administrators, project, appKey.
      const administrator = await this.firstAdministrator.make(queries);
      const project = await this.makeProject(queries);
      const notes = [administrator.note, project.note].filter((note) => note !== null);
      return { accessKey: administrator.accessKey, appKey: project.appKey, notes };
    });
  }

  /**
   * Makes the first project with its appKey when there is no project. A given appKey opens none that is there: it may
   * be somebody else's, and whoever deletes an appKey closes the project to all who know it.
   */
  private async makeProject(queries: Queries): Promise<{ appKey: string | null; note: string | null }> {
    const given = this.settings.bootstrapAppKey;
    if (await hasProject(queries)) {
      const isUnknown = given !== undefined && !(await hasAppKey(queries, given));
      return { appKey: null, note: isUnknown ? IGNORED : null };
    }
    const value = given ?? newAppKeyValue();
    await insertAppKey(queries, await insertProject(queries, FIRST_PROJECT_NAME), value);
    return { appKey: given === undefined ? value : null, note: null };
  }
}
