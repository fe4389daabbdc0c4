import type { FastifyRequest } from 'fastify';

const V1_PREFIX = '/v1.0/';
const V2_PREFIX = '/v2.0/';

/** What the URLs of the management API begin with; those of health probes and of gateways do not. */
const MANAGEMENT_URL = /^\/v\d+\.\d+\//;

/** The route of a request; where it has none, its URL as sent. A URL can be written in many ways for one route. */
export function routeOrUrl({ routeOptions, url }: FastifyRequest): string {
  return routeOptions.url ?? url;
}

/** Whether a route or a URL belongs to the management API, be it one that exists or not. */
export function isManagementUrl(url: string): boolean {
  return MANAGEMENT_URL.test(url);
}

/** Controller paths of a collection of a project, one per version: every version has the same operations. */
export function managementPaths(collection: string): string[] {
  return versionedPaths(`appkeys/:appKey/${collection}`);
}

/** Controller paths of what both versions have outside of projects. */
export function versionedPaths(path: string): string[] {
  return [V1_PREFIX, V2_PREFIX].map((prefix) => `${prefix}${path}`.slice(1));
}

/** Whether a URL or a route is one of v1.0. */
export function isV1(url: string): boolean {
  return url.startsWith(V1_PREFIX);
}

/** Whether a URL or a route is one of v2.0. */
export function isV2(url: string): boolean {
  return url.startsWith(V2_PREFIX);
}

/** Whether a route is below an appKey; on v2.0 it needs a token besides. */
export function isOfProject(route: string): boolean {
  return /^\/v\d+\.\d+\/appkeys\//.test(route);
}

/** The route of v1.0 that belongs to a route of v2.0. */
export function v1RouteOf(route: string): string {
  return route.replace(V2_PREFIX, V1_PREFIX);
}
