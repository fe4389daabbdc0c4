import { effectiveStagePlugins, lineOf, pathsOf } from '../contract/effective-plugins.js';
import {
  type CorsSettings,
  type HttpSettings,
  isResourcePluginType,
  type MockSettings,
} from '../contract/plugins/index.js';
import { pluginPlace, readStoredPlugin } from '../contract/plugins/stored.js';
import {
  type Snapshot,
  SNAPSHOT_FORMAT_VERSION,
  type SnapshotPath,
  type SnapshotPlugin,
  type SnapshotRoute,
} from '../contract/snapshot.js';
import { AppError, type ErrorKey } from '../errors/index.js';
import { mapSteps, type Steps } from '../kernel/steps.js';
import { ModelFault } from './body-schema.js';
import type { CompilerInput, CompilerPlugin, CompilerResource } from './input.js';
import { type ValidationOf, validations } from './validation.js';

/**
 * Turns the settings of a stage into the snapshot that gateways serve, in steps for each path. Pure: equal settings give
 * equal snapshots. A stage plugin holds for everything below it until a lower one of its type overrides it, and so does
 * a backend override; the plugins of a resource hold for that resource alone.
 * @throws AppError DEPLOY_STAGE_EMPTY, DEPLOY_NO_METHOD, DEPLOY_NO_ROUTE, STAGE_PLUGIN_UNREADABLE,
 * BACKEND_TYPE_UNSUPPORTED
 */
export function* compileSteps(input: CompilerInput): Steps<Snapshot> {
  const methods = input.resources.filter((resource) => resource.methodType !== null);
  if (input.resources.length === 0) throw new AppError('DEPLOY_STAGE_EMPTY');
  if (methods.length === 0) throw new AppError('DEPLOY_NO_METHOD');
  if (methods.every((method) => method.madeByCors)) throw new AppError('DEPLOY_NO_ROUTE');
  const validationOf = validations(input);
  const byPath = pathsOf(input.resources);
  const methodsByPath = byPathOf(methods);
  const compiled = yield* mapSteps([...byPath.values()], (path) =>
    compilePath(path, methodsByPath.get(path.path) ?? [], byPath, input.backendEndpointUrl),
  );
  const served = compiled.filter((path) => path.routes.length > 0 || path.cors !== null);
  const paths = yield* mapSteps(served, (path) => addValidations(path, validationOf));
  const { stageId, serviceId, regionCode, stageName } = input;
  return {
    formatVersion: SNAPSHOT_FORMAT_VERSION,
    stageId,
    serviceId,
    regionCode,
    stageName,
    paths: paths.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    gatewayResponses: input.gatewayResponses.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    accessLog: input.accessLog,
  };
}

function byPathOf(methods: readonly CompilerResource[]): ReadonlyMap<string, CompilerResource[]> {
  const groups = new Map<string, CompilerResource[]>();
  for (const method of methods) {
    const group = groups.get(method.path);
    if (group) group.push(method);
    else groups.set(method.path, [method]);
  }
  return groups;
}

function compilePath(
  path: CompilerResource,
  methods: readonly CompilerResource[],
  byPath: ReadonlyMap<string, CompilerResource>,
  stageBackendUrl: string,
): SnapshotPath {
  const cors = path.plugins.find((plugin) => plugin.pluginType === 'CORS');
  const routes = methods
    .map((method) => compileRoute(method, lineOf(method, byPath), stageBackendUrl))
    .toSorted((a, b) => (a.method < b.method ? -1 : 1));
  return { path: path.path, cors: cors ? (parseConfig(path, cors) as CorsSettings) : null, routes };
}

/** Gives the routes where REQUEST_VALIDATOR is effective what it demands there. */
function addValidations(path: SnapshotPath, validationOf: ValidationOf): SnapshotPath {
  const routes = path.routes.map((route): SnapshotRoute => {
    if (!route.plugins.some(({ type }) => type === 'REQUEST_VALIDATOR')) return route;
    const validation = findValidation({ path: path.path, methodType: route.method }, validationOf);
    return validation ? { ...route, validation } : route;
  });
  return { ...path, routes };
}

function findValidation(
  resource: { readonly path: string; readonly methodType: string },
  validationOf: ValidationOf,
): ReturnType<ValidationOf> {
  try {
    return validationOf(resource.path, resource.methodType);
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    throw faultAt('STAGE_PLUGIN_UNREADABLE', resource, `REQUEST_VALIDATOR: the model of the body ${error.message}`);
  }
}

/** `line` is the way from the root path to the method itself. */
function compileRoute(
  method: CompilerResource,
  line: readonly CompilerResource[],
  stageBackendUrl: string,
): SnapshotRoute {
  if (method.methodType === null) throw new TypeError('A path has no route');
  const baseUrl = line.findLast((one) => one.customBackendEndpointUrl !== null)?.customBackendEndpointUrl;
  const own = method.plugins
    .filter(({ pluginType }) => isResourcePluginType(pluginType) && !isBackend(pluginType) && pluginType !== 'CORS')
    .map((plugin) => toInstance(method, plugin));
  const inherited = [...effectiveStagePlugins(line).values()].map(({ resource, plugin }) =>
    toInstance(resource, plugin),
  );
  const plugins = [...own, ...inherited];
  return {
    method: method.methodType,
    backend: compileBackend(method, baseUrl ?? stageBackendUrl),
    plugins: plugins.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
  };
}

function compileBackend(method: CompilerResource, baseUrl: string): SnapshotRoute['backend'] {
  const backends = method.plugins.filter((plugin) => isBackend(plugin.pluginType));
  const [backend] = backends;
  if (backends.length !== 1 || !backend) {
    throw faultAt('BACKEND_TYPE_UNSUPPORTED', method, `needs exactly one of HTTP and MOCK, has ${backends.length}`);
  }
  const settings = parseConfig(method, backend);
  if (backend.pluginType === 'MOCK') return { type: 'MOCK', ...(settings as MockSettings) };
  return { type: 'HTTP', baseUrl, path: (settings as HttpSettings).backendEndpointPath };
}

function isBackend(pluginType: string): boolean {
  return pluginType === 'HTTP' || pluginType === 'MOCK';
}

function toInstance(resource: CompilerResource, plugin: CompilerPlugin): SnapshotPlugin {
  return {
    type: plugin.pluginType,
    config: parseConfig(resource, plugin) as Record<string, unknown>,
    origin: { path: resource.path, method: resource.methodType },
  };
}

function parseConfig(resource: CompilerResource, { pluginType, config }: CompilerPlugin): object {
  const { settings, fault } = readStoredPlugin(pluginType, config);
  if (settings !== null) return settings;
  throw faultAt('STAGE_PLUGIN_UNREADABLE', resource, `${pluginType}: ${fault}`);
}

function faultAt(
  key: ErrorKey,
  { path, methodType }: { readonly path: string; readonly methodType: string | null },
  message: string,
): AppError {
  return new AppError(key, [{ property: 'stage', field: pluginPlace(path, methodType), message }]);
}
