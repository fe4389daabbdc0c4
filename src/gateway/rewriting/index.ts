export { type BackendUrl, compileBackendUrl } from './backend-url.js';
export { decodeParameter } from './query.js';
export {
  type CompiledTemplate,
  compileTemplate,
  encodePart,
  headerEncoder,
  plainText,
  type ValueEncoder,
} from './template.js';
