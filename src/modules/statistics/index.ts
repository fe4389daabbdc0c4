export { routesCarried } from './carried.queries.js';
export { StatisticsModule } from './statistics.module.js';
