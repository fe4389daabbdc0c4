export { quotaUse, type UsedQuota } from './counting/key-uses.queries.js';
export { routesCarried } from './carried.queries.js';
export { StatisticsModule } from './statistics.module.js';
