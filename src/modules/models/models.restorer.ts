import { Injectable } from '@nestjs/common';
import { lockService, type Queries } from '../../database/index.js';
import {
  type RecycleBinItemRow,
  type Restored,
  type Restorer,
  Restorers,
  restoreTables,
  serviceMissing,
} from '../recycle-bin/index.js';
import type { Tenant } from '../tenancy/index.js';

/** Puts back deleted models. */
@Injectable()
export class ModelsRestorer implements Restorer {
  readonly within = 'service';
  readonly unique = { model_service_id_name_key: 'MODEL_NAME_DUPLICATED' } as const;

  constructor(restorers: Restorers) {
    restorers.add('MODEL', this);
  }

  /** @throws AppError RECYCLE_BIN_ITEM_NOT_RESTORABLE; a taken name violates `model_service_id_name_key` */
  async restore(queries: Queries, { projectId }: Tenant, item: RecycleBinItemRow): Promise<Restored> {
    const { serviceId } = item;
    if (serviceId === null || !(await lockService(queries, projectId, serviceId))) throw serviceMissing(serviceId);
    await restoreTables(queries, item.id, ['model']);
    return { replacedItemId: null, leftOutCustomDomains: [] };
  }
}
