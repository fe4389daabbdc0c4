export { type BuiltPaths, loadStage, SnapshotRefused } from './load-stage.js';
export { type ReopenedStage, reopenStage } from './reopen-stage.js';
export type { LoadedGatewayResponse, LoadedPath, LoadedRoute, LoadedStage, MockBackend } from './loaded-stage.js';
export { servesMethod } from './loaded-stage.js';
export { CurrentStages, type HostedStage, type StageTable, stageTable } from './stage-table.js';
