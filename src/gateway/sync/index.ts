export { AccessFollower } from './access-follower.js';
export { Configuration } from './configuration.js';
export { ControlPlaneLink, type LinkState } from './control-plane-link.js';
export { ControlPlane, UnexpectedAnswer } from './control-plane.js';
export { DiskCopy } from './disk-copy.js';
export { Follower } from './follower.js';
export { readOrMakeGatewayId } from './gateway-id.js';
