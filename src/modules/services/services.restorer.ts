import { Injectable } from '@nestjs/common';
import type { Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { Settings } from '../../http/index.js';
import {
  appKeyOfKept,
  readKept,
  type RecycleBinItemRow,
  restorationError,
  type Restored,
  type Restorer,
  Restorers,
  restoreRows,
  restoreStages,
  restoreTables,
} from '../recycle-bin/index.js';
import { notifyConfiguration } from '../routers/index.js';
import type { Tenant } from '../tenancy/index.js';
import { countServices, findServerGroupId } from './services.queries.js';

/** Puts back deleted services with all that was in them. */
@Injectable()
export class ServicesRestorer implements Restorer {
  readonly within = 'project';

  constructor(
    restorers: Restorers,
    private readonly settings: Settings,
  ) {
    restorers.add('SERVICE', this);
  }

  /**
   * @throws AppError SERVICE_LIMIT_EXCEEDED, SERVER_GROUP_NOT_FOUND, STAGE_LIMIT_EXCEEDED, METHOD_LIMIT_EXCEEDED,
   * STAGE_HOST_NOT_REGISTERED
   */
  async restore(queries: Queries, tenant: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    const { projectId } = tenant;
    if ((await countServices(queries, projectId)) >= this.settings.maxServices) {
      throw new AppError('SERVICE_LIMIT_EXCEEDED');
    }
    await this.demandLimits(queries, item);
    const instead = {
      app_key_id: await appKeyOfKept(queries, tenant, item.id, 'service'),
      server_group_id: await this.serverGroupOf(queries, item.id),
    };
    await restoreRows(queries, item.id, 'service', { instead });
    await restoreTables(queries, item.id, [
      'resource',
      'resource_plugin',
      'model',
      'model_reference',
      'gateway_response',
      'restriction_policy',
      'restriction_key_value',
    ]);
    const leftOutCustomDomains = await restoreStages(queries, projectId, item.id);
    await notifyConfiguration(queries);
    return { replacedItemId: null, leftOutCustomDomains };
  }

  private async demandLimits(queries: Queries, item: RecycleBinItemRow): Promise<void> {
    const { maxStages, maxMethods } = this.settings;
    const stageCount = (item.rowCounts as Record<string, number>)['stage'] ?? 0;
    if (stageCount > maxStages) {
      const message = `has ${stageCount} stages; at most ${maxStages} are allowed`;
      throw restorationError('STAGE_LIMIT_EXCEEDED', [{ field: 'stages', message }]);
    }
    const resources = await readKept(queries, item.id, 'resource', ['method_type']);
    const methodCount = resources.filter(({ method_type: type }) => type !== null).length;
    if (methodCount > maxMethods) {
      const message = `has ${methodCount} methods; at most ${maxMethods} are allowed`;
      throw restorationError('METHOD_LIMIT_EXCEEDED', [{ field: 'methods', message }]);
    }
  }

  private async serverGroupOf(queries: Queries, itemId: string): Promise<string> {
    const [service] = await readKept(queries, itemId, 'service', ['region_code']);
    const regionCode = service?.region_code ?? '';
    const isServed = this.settings.regions.includes(regionCode);
    const serverGroupId = isServed ? await findServerGroupId(queries, regionCode) : null;
    if (serverGroupId === null) throw new AppError('SERVER_GROUP_NOT_FOUND');
    return serverGroupId;
  }
}
