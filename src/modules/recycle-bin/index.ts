export { keepApiKey, keepUsagePlan } from './keep-keys.queries.js';
export {
  keepDeletedResources,
  keepModel,
  keepResources,
  keepService,
  keepStage,
  keepStageResources,
} from './keep-services.queries.js';
export { isStageInRecycleBin } from './kept-stages.queries.js';
export { RecycleBinModule } from './recycle-bin.module.js';
export type { RecycleBinItemRow } from './recycle-bin.queries.js';
export { notRestorable, restorationError, serviceMissing } from './recycle-bin.rules.js';
export { appKeyOfKept, readKept, restoreRows, restoreTables } from './restore-rows.queries.js';
export { restoreStages } from './restore-stages.queries.js';
export { type Restored, type Restorer, Restorers } from './restorers.js';
