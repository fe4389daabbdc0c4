export { AppError, fieldError, MAX_DETAILS, pathError, type ErrorDetail } from './app-error.js';
export { errorCatalog, type ErrorKey } from './catalog/index.js';
export { httpStatusOfCode, type ErrorDefinition } from './define.js';
export {
  gatewayFailures,
  gatewayResponseTypes,
  type GatewayFailure,
  type GatewayFailureDefinition,
  type GatewayFailureKey,
  type GatewayResponseType,
} from './gateway-failures.js';
