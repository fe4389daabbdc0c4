export { Prisma, type DeploymentStatus, type ProjectRole, RecycleBinItemKind } from './client/client.js';
export { DataKey, openDataKey } from './data-key.js';
export { Change, type ChangePart, type ToldChange } from './change.js';
export { Database, nameFault, type FaultNames, type Queries, type TransactionOptions } from './database.js';
export { byPlace, gathered } from './gathered.js';
export { DatabaseModule } from './database.module.js';
export {
  ADMINISTRATORS_TURN,
  holdApiKeys,
  holdAppKey,
  holdProject,
  holdProjectAndAppKey,
  holdService,
  holdStages,
  holdUser,
  lockAccessKey,
  lockAdministrators,
  lockApiKeys,
  lockAppKey,
  lockBootstrap,
  lockCustomDomain,
  lockGatewayToken,
  lockProject,
  lockRecycleBinItem,
  lockService,
  lockStage,
  lockStageOfDeployment,
  lockStageOfProject,
  lockStagesOfService,
  lockUsagePlans,
  lockUser,
} from './locks.js';
export { migrate } from './migrator.js';
export { databaseFault } from './pg-errors.js';
export { DatabasePulse } from './pulse.js';
export { type Removal, Sweeper, type SweepPlan } from './sweeper.js';
export { rowsOf, sqlPart, type SqlPart, sqlStatement } from './statements.js';
