export { API_KEY_HEADER } from '../plugins/api-key.js';
export { DESCRIBED_REQUEST_ID, type DescribedRequest } from './described-exchange.js';
export { type AccessKnowledge, type AccessNeeds, explain, type ExplainSource } from './explain.js';
export type { ExplainedPlugin, Explanation, PluginPhase, PluginResult } from './explanation.js';
export { KeptSchemas } from './kept-schemas.js';
export { SnapshotRefused } from '../stages/index.js';
export type { QuotaLeft, UsedOfQuota } from './untouched-services.js';
