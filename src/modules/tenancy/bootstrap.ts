import { Injectable } from '@nestjs/common';
import { Database, type Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';
import { newId, newSecret } from '../../kernel/ids.js';
import { FirstAdministrator, type NewAccessKey } from '../auth/index.js';

const FIRST_PROJECT_NAME = 'default';
/** Name of the advisory lock under which the first rows are made. */
const BOOTSTRAP_LOCK = 7_226_553_002;

/** What a start has generated, and what therefore has to be told to somebody; null for what was there or given. */
export interface Generated {
  readonly appKey: string | null;
  readonly accessKey: NewAccessKey | null;
}

/** Makes what an installation starts with: a server group per region, the first project, the first administrator. */
@Injectable()
export class Bootstrap {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly firstAdministrator: FirstAdministrator,
  ) {}

  async run(): Promise<Generated> {
    return this.database.transaction('bootstrap', async (queries) => {
      await queries.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`;
      await queries.serverGroup.createMany({
        data: this.settings.regions.map((regionCode) => ({ id: newId(), regionCode })),
        skipDuplicates: true,
      });
      return { appKey: await this.makeAppKey(queries), accessKey: await this.firstAdministrator.make(queries) };
    });
  }

  /** @returns the generated appKey when this call made the first project without a given one, else null. */
  private async makeAppKey(queries: Queries): Promise<string | null> {
    const given = this.settings.bootstrapAppKey;
    if (given ? await queries.appKey.findUnique({ where: { value: given } }) : await queries.project.findFirst()) {
      return null;
    }
    const value = given ?? newSecret().slice(0, 20);
    const project = (await queries.project.findFirst({ orderBy: { createdAt: 'asc' } })) ?? { id: newId() };
    await queries.project.upsert({
      where: { id: project.id },
      create: { id: project.id, name: FIRST_PROJECT_NAME },
      update: {},
    });
    await queries.appKey.create({ data: { id: newId(), projectId: project.id, value } });
    return given ? null : value;
  }
}
