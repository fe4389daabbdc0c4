export { AccessLookup, type LookedUpAccess } from './access-lookup.service.js';
export { CurrentGateway, type GatewayCaller } from './admission/gateway-caller.js';
export { SyncController } from './admission/sync-controller.js';
export { notifyConfiguration, notifySettlement, Nudges } from './nudges.js';
export { RecentSnapshots, type SnapshotTexts, snapshotTexts } from './recent-snapshots.js';
export { countLiveGatewaysByRegion, forgetOldGateways, listLiveGateways } from './routers.queries.js';
export { RoutersModule } from './routers.module.js';
