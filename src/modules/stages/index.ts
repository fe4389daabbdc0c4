export { readMethodDescriptions, readModels } from './export/export.queries.js';
export type { MethodDescription } from './export/to-exported-stage.js';
export {
  openConfig,
  settingsHash,
  type StageResourceSettings,
  type StageSettings,
  stageSettingsSchema,
} from './stage-settings.js';
export { StageResourceAnswer, StageResourceListAnswer } from './stages.dto.js';
export { StagesModule } from './stages.module.js';
export { presentStageResources } from './stages.presenter.js';
export {
  findStage,
  isHostRegistered,
  isStageDeploying,
  readStageSettings,
  replaceStageResources,
  type StageRow,
} from './stages.queries.js';
export { stageHostName } from './stages.rules.js';
export { lockIdleStage, requireStage, type StageOfService } from './stage-access.js';
