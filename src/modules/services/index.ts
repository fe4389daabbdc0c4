export { requireService, type ServiceRow } from './services.queries.js';
export { ServicesModule } from './services.module.js';
