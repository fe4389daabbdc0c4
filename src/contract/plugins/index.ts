import { corsPlugin } from './cors.js';
import {
  removeRequestHeaderPlugin,
  removeResponseHeaderPlugin,
  setRequestHeaderPlugin,
  setResponseHeaderPlugin,
} from './headers.js';
import { hmacPlugin } from './hmac.js';
import { httpPlugin } from './http.js';
import { ipAclPlugin } from './ip-acl.js';
import { jwtPlugin } from './jwt.js';
import { mockPlugin } from './mock.js';
import { preApiPlugin } from './pre-api.js';
import { addRequestQueryParameterPlugin } from './query.js';
import { rateLimitPlugin } from './rate-limit.js';
import { requestRestrictionPlugin } from './request-restriction.js';
import type { PluginDefinition } from './shared.js';
import { apiKeyPlugin, requestValidatorPlugin } from './switches.js';

/** Where a plugin may stand. */
export type PluginPlace = 'root' | 'path' | 'method';

/** Plugins of resources. Source: the enum guide, Resource Plugin Type. */
export const resourcePlugins = {
  HTTP: { ...httpPlugin, places: ['method'] },
  MOCK: { ...mockPlugin, places: ['method'] },
  CORS: { ...corsPlugin, places: ['root', 'path'] },
  SET_REQUEST_HEADER: { ...setRequestHeaderPlugin, places: ['root', 'path', 'method'] },
  REMOVE_REQUEST_HEADER: { ...removeRequestHeaderPlugin, places: ['root', 'path', 'method'] },
  SET_RESPONSE_HEADER: { ...setResponseHeaderPlugin, places: ['root', 'path', 'method'] },
  REMOVE_RESPONSE_HEADER: { ...removeResponseHeaderPlugin, places: ['root', 'path', 'method'] },
  ADD_REQUEST_QUERY_PARAMETER: { ...addRequestQueryParameterPlugin, places: ['root', 'path', 'method'] },
} as const satisfies Record<string, PluginDefinition & { places: readonly PluginPlace[] }>;

/** Plugins of stage resources. Source: design rules of stages (root, path, method); the console guide for REQUEST_RESTRICTION. */
export const stagePlugins = {
  IP_ACL: { ...ipAclPlugin, places: ['root'] },
  HMAC: { ...hmacPlugin, places: ['root'] },
  JWT: { ...jwtPlugin, places: ['root'] },
  API_KEY: { ...apiKeyPlugin, places: ['root', 'path', 'method'] },
  REQUEST_VALIDATOR: { ...requestValidatorPlugin, places: ['root', 'path', 'method'] },
  PRE_API: { ...preApiPlugin, places: ['root', 'path', 'method'] },
  RATE_LIMIT: { ...rateLimitPlugin, places: ['root', 'method'] },
  REQUEST_RESTRICTION: { ...requestRestrictionPlugin, places: ['root', 'path', 'method'] },
} as const satisfies Record<string, PluginDefinition & { places: readonly PluginPlace[] }>;

/** Type of a plugin that is set on resources. */
export type ResourcePluginType = keyof typeof resourcePlugins;
/** Type of a plugin that is set on stage resources. */
export type StagePluginType = keyof typeof stagePlugins;
/** Type of a plugin. */
export type PluginType = ResourcePluginType | StagePluginType;

export const resourcePluginTypes = Object.keys(resourcePlugins) as ResourcePluginType[];
export const stagePluginTypes = Object.keys(stagePlugins) as StagePluginType[];

/** Whether a text names a plugin of resources. */
export function isResourcePluginType(type: string): type is ResourcePluginType {
  return Object.hasOwn(resourcePlugins, type);
}

/** Whether a text names a plugin of stage resources. */
export function isStagePluginType(type: string): type is StagePluginType {
  return Object.hasOwn(stagePlugins, type);
}

export { httpMethods, isHeaderName, type HttpMethod, type PluginDefinition, type TemplateUse } from './shared.js';
export type { AddQuerySettings } from './query.js';
export type { CorsSettings } from './cors.js';
export type { HmacSettings } from './hmac.js';
export type { HttpSettings } from './http.js';
export type { IpAclSettings } from './ip-acl.js';
export type { JwtSettings } from './jwt.js';
export type { MockSettings } from './mock.js';
export type { PreApiSettings } from './pre-api.js';
export type { RemoveHeaderSettings, SetHeaderSettings } from './headers.js';
export type { RequestRestrictionSettings } from './request-restriction.js';
