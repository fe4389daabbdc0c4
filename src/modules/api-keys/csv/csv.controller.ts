import { Body, Controller, Get, Header, Post, Query, StreamableFile, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import { managementPaths, Operation, success } from '../../../http/index.js';
import { AppKeyGuard, CurrentTenant, type Tenant } from '../../tenancy/index.js';
import { ExportApiKeysQuery, ImportedApiKeysAnswer } from './csv.dto.js';
import { csvColumns } from './csv.rules.js';
import { CsvService, MAX_IMPORTED_KEYS } from './csv.service.js';

const CSV = 'text/csv';
const FILE_EXAMPLE = `${csvColumns.join(',')}\r\nUser1 API Key,For User1,ACTIVE,,\r\n`;

@ApiTags('API Key')
@ApiParam({ name: 'appKey' })
@UseGuards(AppKeyGuard)
@Controller(managementPaths('apikeys'))
export class CsvController {
  constructor(private readonly csv: CsvService) {}

  @Get('export')
  @Header('X-Content-Type-Options', 'nosniff')
  @ApiProduces(CSV)
  @Operation({
    id: 'exportApiKeys',
    summary: 'Export API keys as a CSV file',
    description:
      'All keys that satisfy the conditions. A cell that a spreadsheet would evaluate has an apostrophe before it.',
    answer: String,
    errors: [],
  })
  async export(@CurrentTenant() tenant: Tenant, @Query() query: ExportApiKeysQuery): Promise<StreamableFile> {
    const file = await this.csv.export(tenant, query);
    const disposition = 'attachment; filename="api-keys.csv"';
    return new StreamableFile(file, { type: `${CSV}; charset=utf-8`, disposition });
  }

  @Post('import')
  @ApiConsumes(CSV)
  @ApiBody({ schema: { type: 'string', example: FILE_EXAMPLE } })
  @Operation({
    id: 'importApiKeys',
    summary: 'Import API keys from a CSV file',
    description:
      `All or none, up to ${MAX_IMPORTED_KEYS} keys. The first row names the columns, as an export does; ` +
      'empty values are made. The errorList names row and column; the header is row 1.',
    answer: ImportedApiKeysAnswer,
    errors: ['INVALID_INPUT', 'API_KEY_DUPLICATED'],
  })
  async import(@CurrentTenant() tenant: Tenant, @Body() file?: Buffer): Promise<ImportedApiKeysAnswer> {
    return success({ importedApiKeyCount: await this.csv.import(tenant, file ?? Buffer.alloc(0)) });
  }
}
