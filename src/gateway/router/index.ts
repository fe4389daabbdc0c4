export { buildRouter, routerSteps, type PathVariables, type RoutablePath, RouteMatch, type Router } from './router.js';
export { decodeSegments, isDotSegment } from './segments.js';
