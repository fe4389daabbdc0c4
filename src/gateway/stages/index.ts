export { loadStage, SnapshotRefused } from './load-stage.js';
export type { LoadedGatewayResponse, LoadedPath, LoadedRoute, LoadedStage, MockBackend } from './loaded-stage.js';
export { CurrentStages, type HostedStage } from './stage-table.js';
