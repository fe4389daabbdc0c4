export {
  buildRouter,
  routerSteps,
  type PathVariables,
  type RoutablePath,
  type RouteMatch,
  type Router,
} from './router.js';
export { decodeSegments, isDotSegment } from './segments.js';
