export { Configuration } from './configuration.js';
export { ControlPlane } from './control-plane.js';
export { DiskCopy } from './disk-copy.js';
export { Follower } from './follower.js';
export { readOrMakeGatewayId } from './gateway-id.js';
