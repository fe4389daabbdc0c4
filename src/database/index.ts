export { Prisma, type DeploymentStatus } from './client/client.js';
export { Database, nameFault, type FaultNames, type Queries, type TransactionOptions } from './database.js';
export { DatabaseModule } from './database.module.js';
export { lockProject, lockService, lockStage, lockStagesOfService } from './locks.js';
export { migrate } from './migrator.js';
export { databaseFault } from './pg-errors.js';
