export { listGatewayResponses } from './gateway-responses.queries.js';
export { GatewayResponsesModule } from './gateway-responses.module.js';
