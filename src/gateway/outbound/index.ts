export { Outbound, type OutboundAnswer, OutboundFailed, type OutboundRequest } from './outbound.js';
export { Shared } from './shared.js';
