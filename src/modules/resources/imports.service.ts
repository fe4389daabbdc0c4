import { Injectable } from '@nestjs/common';
import { Change, Database, holdProject, lockService, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';
import { LongList, MAX_KEPT_ENTRIES } from '../audit/index.js';
import { keepResources } from '../recycle-bin/index.js';
import { requireService } from '../services/index.js';
import type { Tenant } from '../tenancy/index.js';
import { SwaggerReader } from './import/swagger-reader.js';
import type { ImportReportAnswer } from './imports.dto.js';
import { readContent, replaceContent } from './imports.queries.js';
import { presentResource } from './resources.presenter.js';
import { listSomeResources } from './resources.queries.js';
import type { ImportDifference } from './rules/difference.js';
import type { ImportPages } from './rules/content-pages.js';

/** What a client may ask of an import. */
export interface ImportRequestOptions {
  /** Only tells what would change. */
  readonly isDryRun: boolean;
  /** Demands that the document has schemes. */
  readonly isStrict: boolean;
}

/** What an import did, or with `difference` what it would do. */
export interface ImportOutcome {
  readonly report: ImportReportAnswer;
  readonly difference: ImportDifference | null;
}

/** The import of a Swagger document. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly reader: SwaggerReader,
  ) {}

  /**
   * Replaces all resources and models of a service by those of a document, or changes nothing.
   * `body` is the request body as it came, `{"swaggerData": {…}}`. Stages keep what they have.
   * @throws AppError SERVICE_NOT_FOUND and those of {@link SwaggerReader}
   */
  async import(
    tenant: Tenant,
    serviceId: string,
    body: Uint8Array,
    options: ImportRequestOptions,
  ): Promise<ImportOutcome> {
    await requireService(this.database.client, tenant.projectId, serviceId);
    const { pages, report } = await this.reader.read(body, {
      strict: options.isStrict,
      maxMethods: this.settings.maxMethods,
    });
    if (options.isDryRun) return { report, difference: await this.compare(tenant, serviceId, pages) };
    await this.replace(tenant, serviceId, pages);
    return { report, difference: null };
  }

  /**
   * Compares what is there at one moment of the call, which may wait for a thread up to twice. The transaction of the call,
   * with a connection and the service's turn, begins afterwards.
   */
  private async compare({ projectId }: Tenant, serviceId: string, pages: ImportPages): Promise<ImportDifference> {
    const before = await this.database.readAtOnce((queries) => readContent(queries, serviceId));
    const difference = await this.reader.compare(before, pages);
    const hold = async (queries: Queries) => {
      if (!(await lockService(queries, projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      Change.tell({ before: {}, after: {} });
    };
    await this.database.transaction('compare with resources', hold, { turnOf: serviceId });
    return difference;
  }

  private async replace({ projectId }: Tenant, serviceId: string, pages: ImportPages): Promise<void> {
    const replace = async (queries: Queries) => {
      await holdProject(queries, projectId);
      if (!(await lockService(queries, projectId, serviceId))) throw new AppError('SERVICE_NOT_FOUND');
      const before = await readKeptList(queries, serviceId);
      await keepResources(queries, { projectId, serviceId }, 'importResources');
      await replaceContent(queries, { projectId, serviceId }, pages);
      Change.tell({ before, after: await readKeptList(queries, serviceId) });
    };
    await this.database.transaction('import resources', replace, { turnOf: serviceId });
  }
}

/** What the audit log keeps of the list of resources. An import replaces them all, so that every one differs. */
async function readKeptList(queries: Queries, serviceId: string): Promise<{ readonly resourceList: LongList }> {
  const rows = await listSomeResources(queries, serviceId, MAX_KEPT_ENTRIES);
  const count = await queries.resource.count({ where: { serviceId } });
  return { resourceList: new LongList(rows.map(presentResource), count) };
}
