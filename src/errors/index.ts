export { AppError, fieldError, MAX_DETAILS, pathError, type ErrorDetail } from './app-error.js';
export { errorCatalog, type ErrorKey } from './catalog/index.js';
export { httpStatusOfCode, type ErrorDefinition } from './define.js';
export { gatewayResponseTypes, type GatewayFailureDefinition, type GatewayResponseType } from './gateway/define.js';
export { gatewayFailures, type GatewayFailure, type GatewayFailureKey } from './gateway-failures.js';
