import { Controller, Get, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import {
  ListRecycleBinQuery,
  OneRecycleBinItemAnswer,
  RecycleBinListAnswer,
  RestorationAnswer,
} from './recycle-bin.dto.js';
import { presentItem } from './recycle-bin.presenter.js';
import { RecycleBinService } from './recycle-bin.service.js';

@ApiTags('Recycle Bin')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('recycle-bin'))
export class RecycleBinController {
  constructor(private readonly recycleBin: RecycleBinService) {}

  @Get()
  @Operation({
    id: 'listRecycleBinItems',
    summary: 'List what was deleted or replaced',
    description: 'Newest first. What a call destroys is kept for 30 days.',
    answer: RecycleBinListAnswer,
    errors: [],
  })
  async list(@CurrentTenant() tenant: Tenant, @Query() query: ListRecycleBinQuery): Promise<RecycleBinListAnswer> {
    const { items, paging } = await this.recycleBin.list(tenant, query);
    return success({ paging, recycleBinItemList: items.map(presentItem) });
  }

  @Get(':recycleBinItemId')
  @Operation({
    id: 'getRecycleBinItem',
    summary: 'Get an item of the recycle bin',
    answer: OneRecycleBinItemAnswer,
    errors: ['RECYCLE_BIN_ITEM_NOT_FOUND'],
  })
  async get(
    @CurrentTenant() tenant: Tenant,
    @Param('recycleBinItemId') itemId: string,
  ): Promise<OneRecycleBinItemAnswer> {
    return success({ recycleBinItem: presentItem(await this.recycleBin.get(tenant, itemId)) });
  }

  @Post(':recycleBinItemId/restore')
  @Operation({
    id: 'restoreRecycleBinItem',
    changes: 'getRecycleBinItem',
    summary: 'Restore what was deleted or replaced',
    description:
      'Puts back all that the item keeps, or changes nothing and names what is in the way. It obeys the rules of ' +
      'creation. What a restored import, stage import or rollback replaces comes into the recycle bin itself.',
    answer: RestorationAnswer,
    errors: [
      'RECYCLE_BIN_ITEM_NOT_FOUND',
      'RECYCLE_BIN_ITEM_NOT_RESTORABLE',
      'SERVICE_LIMIT_EXCEEDED',
      'SERVER_GROUP_NOT_FOUND',
      'METHOD_LIMIT_EXCEEDED',
      'RESOURCE_DUPLICATED',
      'PATH_VARIABLE_CONFLICT',
      'MODEL_NAME_DUPLICATED',
      'STAGE_LIMIT_EXCEEDED',
      'STAGE_NAME_DUPLICATED',
      'STAGE_HOST_NOT_REGISTERED',
      'STAGE_DEPLOYING',
      'API_KEY_DUPLICATED',
    ],
  })
  async restore(
    @CurrentTenant() tenant: Tenant,
    @Param('recycleBinItemId') itemId: string,
  ): Promise<RestorationAnswer> {
    const { item, replacedItemId, leftOutCustomDomains } = await this.recycleBin.restore(tenant, itemId);
    return success({
      recycleBinItem: presentItem(item),
      replacedRecycleBinItemId: replacedItemId,
      leftOutCustomDomainList: [...leftOutCustomDomains],
    });
  }
}
