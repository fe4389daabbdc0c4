export { findBodies } from './deployments.queries.js';
export { DeploymentsModule } from './deployments.module.js';
export { readDeployment, type StoredDeployment } from './stored-deployment.js';
