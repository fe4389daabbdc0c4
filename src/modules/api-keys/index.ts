export { FindApiKeysQuery } from './api-keys.dto.js';
export { ApiKeysModule } from './api-keys.module.js';
export { apiKeyConditions, type ApiKeyFilter, requireApiKey } from './api-keys.queries.js';
export { ApiKeysService } from './api-keys.service.js';
