export { GatewayTokenGuard } from './gateway-token.guard.js';
export { notifyConfiguration, notifySettlement, Nudges } from './nudges.js';
export { countLiveGateways, forgetOldGateways } from './routers.queries.js';
export { RoutersModule } from './routers.module.js';
