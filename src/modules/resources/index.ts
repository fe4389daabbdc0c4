export { ResourcesModule } from './resources.module.js';
export { compareResources } from './rules/resource-order.js';
export type { StoredBody, StoredParameters, StoredResponses } from './rules/imported.js';
