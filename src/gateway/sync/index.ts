export { AccessFollower } from './access-follower.js';
export { Configuration } from './configuration.js';
export { ControlPlane, UnexpectedAnswer } from './control-plane.js';
export { DiskCopy } from './disk-copy.js';
export { Follower } from './follower.js';
export { readOrMakeGatewayId } from './gateway-id.js';
