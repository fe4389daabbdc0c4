export { accessLine } from './access-line.js';
export { AccessLog } from './access-log.js';
