export { type BuiltPaths, loadStage, SnapshotRefused } from './load-stage.js';
export { type ReopenedStage, reopenStage } from './reopen-stage.js';
export type { LoadedGatewayResponse, LoadedRoute, LoadedStage, MockBackend } from './loaded-stage.js';
export { LoadedPath, servesMethod } from './loaded-stage.js';
export { CurrentStages, type HostedStage, type StageTable, stageTable } from './stage-table.js';
