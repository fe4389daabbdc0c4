export { Access, type Taken } from './access.js';
export { AccessCopy } from './access-copy.js';
export { AccessTable, type KeyConnection, PolicyValue } from './access-table.js';
export type { KnownKey } from './packed-keys.js';
