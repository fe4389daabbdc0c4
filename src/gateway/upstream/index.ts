export { UpstreamCall, type UpstreamObserver } from './call.js';
export { endToEndHeaders, hopByHopTest } from './hop-by-hop.js';
export { type UpstreamCaller, Upstreams } from './upstreams.js';
