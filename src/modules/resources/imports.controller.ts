import { Body, Controller, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiParam, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../tenancy/index.js';
import { FAULT_PRECEDENCE } from './import/faults.js';
import { ImportAnswer, ImportQuery, ImportRequest } from './imports.dto.js';
import { ImportsService } from './imports.service.js';

@ApiTags('Resource')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('services/:apigwServiceId/resources/import'))
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Post()
  @Operation({
    id: 'importResources',
    changes: 'listResources',
    tellsChange: true,
    summary: 'Import resources from a Swagger document',
    description:
      'Replaces all resources and models of the service, or changes nothing. The report says what became of each ' +
      'operation of the document. With dryRun=true nothing is changed and the answer has the difference.',
    answer: ImportAnswer,
    errors: [...FAULT_PRECEDENCE, 'SERVICE_NOT_FOUND'],
  })
  @ApiBody({ type: ImportRequest })
  async import(
    @CurrentTenant() tenant: Tenant,
    @Param('apigwServiceId') serviceId: string,
    @Query() query: ImportQuery,
    @Body() body: Buffer | undefined,
  ): Promise<ImportAnswer> {
    const options = { isDryRun: query.dryRun === 'true', isStrict: query.strict === 'true' };
    const { report, difference } = await this.imports.import(tenant, serviceId, body ?? Buffer.alloc(0), options);
    return success({ importReport: report, ...(difference && { difference }) });
  }
}
