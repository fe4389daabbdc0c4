export { Prisma, type DeploymentStatus, type ProjectRole } from './client/client.js';
export { Database, nameFault, type FaultNames, type Queries, type TransactionOptions } from './database.js';
export { DatabaseModule } from './database.module.js';
export {
  holdProject,
  holdUser,
  lockAccessKey,
  lockAdministrators,
  lockApiKeys,
  lockAppKey,
  lockProject,
  lockService,
  lockStage,
  lockStageOfProject,
  lockStagesOfService,
  lockUsagePlans,
  lockUser,
} from './locks.js';
export { migrate } from './migrator.js';
export { databaseFault } from './pg-errors.js';
