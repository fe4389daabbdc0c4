import { resourcePlugins, stagePlugins } from '../contract/plugins/index.js';
import type { SnapshotPlugin } from '../contract/snapshot.js';
import { addQueryParameters } from './plugins/add-query.js';
import { checkApiKey } from './plugins/api-key.js';
import { removeHeaders, setHeaders } from './plugins/headers.js';
import { checkSignature } from './plugins/hmac/hmac.js';
import { checkAddress } from './plugins/ip-acl.js';
import { checkToken, keySetUrls } from './plugins/jwt/jwt.js';
import { checkByPreApi, preApiUrls } from './plugins/pre-api/pre-api.js';
import { checkRate } from './plugins/rate-limit.js';
import { checkRestriction } from './plugins/request-restriction.js';
import { checkRequest } from './plugins/request-validator/request-validator.js';
import {
  checkStep,
  type CheckPlace,
  type PluginStep,
  type RequestCheck,
  type RequestEdit,
  requestStep,
  type ResponseEdit,
  responseStep,
} from './plugins/step.js';
import type { RequestContext } from './request-context.js';
import type { CheckServices } from './services.js';

/**
 * Every plugin that the gateway carries out, in the order in which a request meets it.
 * CORS and the backends HTTP and MOCK are no plugins here: they belong to the path and to the route.
 */
export const pluginOrder: readonly PluginStep[] = [
  checkStep('IP_ACL', stagePlugins.IP_ACL, checkAddress),
  checkStep('HMAC', stagePlugins.HMAC, checkSignature),
  checkStep('JWT', stagePlugins.JWT, checkToken, keySetUrls),
  checkStep('API_KEY', stagePlugins.API_KEY, checkApiKey),
  checkStep('RATE_LIMIT', stagePlugins.RATE_LIMIT, checkRate),
  checkStep('REQUEST_RESTRICTION', stagePlugins.REQUEST_RESTRICTION, checkRestriction),
  checkStep('REQUEST_VALIDATOR', stagePlugins.REQUEST_VALIDATOR, checkRequest),
  checkStep('PRE_API', stagePlugins.PRE_API, checkByPreApi, preApiUrls),
  requestStep('ADD_REQUEST_QUERY_PARAMETER', resourcePlugins.ADD_REQUEST_QUERY_PARAMETER, addQueryParameters),
  requestStep('SET_REQUEST_HEADER', resourcePlugins.SET_REQUEST_HEADER, requestHeaders(setHeaders)),
  requestStep('REMOVE_REQUEST_HEADER', resourcePlugins.REMOVE_REQUEST_HEADER, requestHeaders(removeHeaders)),
  responseStep('SET_RESPONSE_HEADER', resourcePlugins.SET_RESPONSE_HEADER, setHeaders),
  responseStep('REMOVE_RESPONSE_HEADER', resourcePlugins.REMOVE_RESPONSE_HEADER, removeHeaders),
];

/** A header plugin does the same to a request as to a response. */
function requestHeaders<Settings>(build: (settings: Settings) => ResponseEdit): (settings: Settings) => RequestEdit {
  return (settings) => {
    const edit = build(settings);
    return (request, context) => edit(request.headers, context);
  };
}

/** Plugins with the steps that carry them out, in the order in which a request meets them. */
export function inOrder<Plugin extends { readonly type: string }>(
  plugins: readonly Plugin[],
): { readonly step: PluginStep; readonly plugin: Plugin }[] {
  return pluginOrder.flatMap((step) =>
    plugins.filter(({ type }) => type === step.type).map((plugin) => ({ step, plugin })),
  );
}

/** The plugins of one route, in order. */
export interface PluginChain {
  readonly checks: readonly RequestCheck[];
  /** Scheme, host and port of what the checks call. */
  readonly origins: readonly string[];
  readonly requestEdits: readonly RequestEdit[];
  readonly responseEdits: readonly ResponseEdit[];
}

/** One for all routes without any. */
export const NO_PLUGINS: PluginChain = { checks: [], origins: [], requestEdits: [], responseEdits: [] };

/**
 * Builds the chain of a route.
 * @throws Error for a plugin that the gateway cannot carry out: a lock that does not lock must not be served.
 * @throws ZodError for a setting that does not fit, TemplateError for a template that cannot be read.
 */
export function buildChain(
  plugins: readonly SnapshotPlugin[],
  route: Omit<CheckPlace, 'origin'>,
  services: CheckServices,
): PluginChain {
  if (plugins.length === 0) return NO_PLUGINS;
  const types = new Set<string>();
  for (const { type } of plugins) {
    if (!pluginOrder.some((step) => step.type === type)) throw new Error(`this gateway cannot carry out ${type}`);
    if (types.has(type)) throw new Error(`${type} stands twice on one route`);
    types.add(type);
  }
  const chain = {
    checks: [] as RequestCheck[],
    origins: [] as string[],
    requestEdits: [] as RequestEdit[],
    responseEdits: [] as ResponseEdit[],
  };
  for (const { step, plugin } of inOrder(plugins)) {
    if (step.phase === 'check') {
      chain.checks.push(step.load(plugin.config, { ...route, origin: plugin.origin }, services));
      chain.origins.push(...step.urls(plugin.config).map((url) => new URL(url).origin));
    } else if (step.phase === 'request') chain.requestEdits.push(step.load(plugin.config));
    else chain.responseEdits.push(step.load(plugin.config));
  }
  return chain;
}

/** Runs checks one after the other; gives a promise only when one of them has to wait. Throws what a check throws. */
export function runChecks(checks: readonly RequestCheck[], context: RequestContext, from = 0): Promise<void> | null {
  for (let at = from; at < checks.length; at += 1) {
    const waiting = checks[at]?.(context);
    if (waiting) return waiting.then(() => runChecks(checks, context, at + 1) ?? undefined);
  }
  return null;
}
