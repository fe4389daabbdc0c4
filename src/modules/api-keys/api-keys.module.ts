import { Module } from '@nestjs/common';
import { ApiKeyValues } from './api-key-values.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeysRestorer } from './api-keys.restorer.js';
import { ApiKeysService } from './api-keys.service.js';
import { ConnectableController } from './connectable.controller.js';
import { CsvController } from './csv/csv.controller.js';
import { CsvService } from './csv/csv.service.js';

/** API keys: what callers of an API show to be let in. */
@Module({
  controllers: [CsvController, ApiKeysController, ConnectableController],
  providers: [ApiKeyValues, ApiKeysService, ApiKeysRestorer, CsvService],
  exports: [ApiKeysService],
})
export class ApiKeysModule {}
