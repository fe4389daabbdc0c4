export { countDeployments, findBodies } from './deployments.queries.js';
export { DeploymentsModule } from './deployments.module.js';
export { DiffService } from './diff/diff.service.js';
export { readDeployment, type StoredDeployment } from './stored-deployment.js';
export { SettlementService } from './settlement.service.js';
