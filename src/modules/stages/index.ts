export { readMethodDescriptions, readModels } from './export/export.queries.js';
export {
  type MethodDescription,
  modelNamesOf,
  type NamedDescription,
  nameModels,
  toExportedStage,
} from './export/to-exported-stage.js';
export type { SwaggerForm } from './export/swagger-form.js';
export { type SwaggerDocument, writeSwagger } from './export/write-swagger.js';
export { ReplacedStages } from './replaced-stages.js';
export {
  openResources,
  settingsHash,
  type StageResourceSettings,
  type StageSettings,
  stageSettingsSchema,
} from './stage-settings.js';
export { StageDomainAnswer, StageResourceAnswer, StageResourceListAnswer } from './stages.dto.js';
export { StagesModule } from './stages.module.js';
export { presentStageDomains, presentStageResource, presentStageResources } from './stages.presenter.js';
export {
  findStage,
  isHostRegistered,
  isStageDeploying,
  readStageSettings,
  replaceStageResources,
  settingsOf,
  type StageRow,
  withDomains,
} from './stages.queries.js';
export { stageHostName, titleOfStage } from './stages.rules.js';
export { lockIdleStage, requireStage, requireStageOfProject, type StageOfService } from './stage-access.js';
