export { buildCors, type Cors } from './cors.js';
