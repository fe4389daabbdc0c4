export { GatewayMetrics, type MetricSources } from './gateway-metrics.js';
export { NO_STAGE, RequestMeter } from './request-meter.js';
export { asksForMetrics, serveMetrics } from './serve-metrics.js';
