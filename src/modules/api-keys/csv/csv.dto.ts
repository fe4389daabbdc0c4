import { ApiProperty, OmitType } from '@nestjs/swagger';
import { HeaderAnswer } from '../../../http/index.js';
import { ListApiKeysQuery } from '../api-keys.dto.js';

/** Query of the export of API keys: that of their list, without pages. */
export class ExportApiKeysQuery extends OmitType(ListApiKeysQuery, ['page', 'limit']) {}

/** Answer of an import of API keys. */
export class ImportedApiKeysAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty({ type: 'integer', example: 2, description: 'How many API keys were created.' })
  importedApiKeyCount!: number;
}
