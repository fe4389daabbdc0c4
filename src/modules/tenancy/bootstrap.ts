import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.js';
import { Settings } from '../../http/index.js';
import { newId, newSecret } from '../../kernel/ids.js';

const FIRST_PROJECT_NAME = 'default';
/** Name of the advisory lock under which the first rows are made. */
const BOOTSTRAP_LOCK = 7_226_553_002;

/** Makes what an installation starts with: a server group per region and the first project with its appKey. */
@Injectable()
export class Bootstrap {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
  ) {}

  /** @returns the generated appKey when this call made the first project without a given one, else null. */
  async run(): Promise<string | null> {
    return this.database.transaction('bootstrap', async (queries) => {
      await queries.$queryRaw`SELECT 1 FROM pg_advisory_xact_lock(${BOOTSTRAP_LOCK})`;
      await queries.serverGroup.createMany({
        data: this.settings.regions.map((regionCode) => ({ id: newId(), regionCode })),
        skipDuplicates: true,
      });
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
    });
  }
}
