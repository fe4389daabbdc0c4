export type { Log, LogFields, LogLevel } from './log.js';
export { standardLog } from './log.js';
export { type GatewaySettings, readSettings } from './settings.js';
export { type RunningGateway, startGateway } from './start-gateway.js';
