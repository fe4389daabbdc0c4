import { checkSettings, faultDetails } from '../../contract/plugins/check.js';
import { type PluginPlace, stagePlugins, type StagePluginType } from '../../contract/plugins/index.js';
import { AppError, type ErrorDetail, fieldError } from '../../errors/index.js';

const MAX_URL_LENGTH = 150;
const DEFAULT_STAGE_TITLE = 'default';

/** The host name of a stage, lower case: `{region}-{serviceId}[-{stageName}].{domain}`. Source: the console guide. */
export function stageHostName(
  stage: { regionCode: string; serviceId: string; stageName: string | null },
  domain: string,
): string {
  const name = stage.stageName === null ? '' : `-${stage.stageName}`;
  return `${stage.regionCode}-${stage.serviceId}${name}.${domain}`.toLowerCase();
}

/** What documents of a stage are called: the name of the stage. The default stage has none, but a title must not be absent. */
export function titleOfStage(stageName: string | null): string {
  return stageName ?? DEFAULT_STAGE_TITLE;
}

/**
 * Checks a backend URL: http or https, at most 150 characters, an allowed port; no user, query or fragment,
 * since paths are put behind it.
 * @throws AppError BACKEND_URL_INVALID
 */
export function checkBackendUrl(text: string, field: string, isPortAllowed: (port: number) => boolean): void {
  const fault = backendUrlFault(text, isPortAllowed);
  if (fault !== null) throw fieldError('BACKEND_URL_INVALID', field, fault);
}

function backendUrlFault(text: string, isPortAllowed: (port: number) => boolean): string | null {
  if (text.length > MAX_URL_LENGTH) return `must not be longer than ${MAX_URL_LENGTH} characters`;
  if (!/^https?:\/\/[^\s\\]+$/i.test(text) || !URL.canParse(text)) return 'must be an http:// or https:// URL';
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password';
  if (/[?#]/.test(text)) return 'must not have a query or a fragment';
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  return isPortAllowed(port) ? null : `port ${port} is not allowed`;
}

/** Where a stage resource stands, for the places of plugins. */
function placeOf(resource: { path: string; methodType: string | null }): PluginPlace {
  if (resource.methodType !== null) return 'method';
  return resource.path === '/' ? 'root' : 'path';
}

/**
 * The backend of its own that a stage resource is to have; null for none. The root path has that of the stage.
 * @throws AppError BACKEND_OVERRIDE_NOT_ALLOWED, BACKEND_URL_INVALID
 */
export function readOverride(
  resource: { path: string; methodType: string | null },
  { customBackendEndpointUrl: url }: { readonly customBackendEndpointUrl?: string | null },
  isPortAllowed: (port: number) => boolean,
): string | null {
  const field = 'customBackendEndpointUrl';
  if (url === undefined || url === null || url === '') return null;
  if (placeOf(resource) === 'root') {
    throw fieldError('BACKEND_OVERRIDE_NOT_ALLOWED', field, 'cannot be set on the root path');
  }
  checkBackendUrl(url, field, isPortAllowed);
  return url;
}

/** A stage plugin as a client asks for it. */
export interface RequestedPlugin {
  readonly pluginType: StagePluginType;
  readonly pluginConfigJson: object;
}

/** A stage plugin with its settings as the schema reads them. */
export interface CheckedPlugin {
  readonly pluginType: StagePluginType;
  readonly config: Record<string, unknown>;
}

/**
 * Checks the stage plugins asked for on a resource.
 * @throws AppError STAGE_PLUGIN_POSITION_INVALID, INVALID_INPUT, INVALID_HEADER_NAME, PATH_VARIABLE_UNDECLARED,
 * CONTEXT_VARIABLE_INVALID
 */
export function checkStagePlugins(
  resource: { path: string; methodType: string | null },
  requested: readonly RequestedPlugin[],
): CheckedPlugin[] {
  checkPositions(resource, requested);
  return requested.map(({ pluginType, pluginConfigJson }, index) => {
    const place = `stageResourcePluginList[${index}].pluginConfigJson`;
    const { settings, faults } = checkSettings(
      stagePlugins[pluginType],
      pluginConfigJson,
      resource.path,
      'INVALID_INPUT',
    );
    if (settings) return { pluginType, config: settings as Record<string, unknown> };
    const key = faults[0]?.key ?? 'INVALID_INPUT';
    throw new AppError(
      key,
      faultDetails(
        faults.filter((fault) => fault.key === key),
        place,
      ),
    );
  });
}

function checkPositions(
  resource: { path: string; methodType: string | null },
  requested: readonly RequestedPlugin[],
): void {
  const place = placeOf(resource);
  const types = requested.map((plugin) => plugin.pluginType);
  const twice = types.findIndex((type, index) => types.indexOf(type) !== index);
  if (twice >= 0) throw fieldError('INVALID_INPUT', pluginField(twice), `${types[twice]} stands twice`);
  const misplaced = requested.flatMap(({ pluginType }, index): ErrorDetail[] => {
    const places: readonly PluginPlace[] = stagePlugins[pluginType].places;
    const message = `${pluginType} can be set on ${places.join(', ')}, not on a ${place}`;
    return places.includes(place) ? [] : [{ property: 'body', field: pluginField(index), message }];
  });
  if (misplaced.length > 0) throw new AppError('STAGE_PLUGIN_POSITION_INVALID', misplaced);
  if (types.includes('HMAC') && types.includes('JWT')) {
    const field = pluginField(types.indexOf('JWT'));
    throw fieldError('STAGE_PLUGIN_POSITION_INVALID', field, 'HMAC and JWT cannot be set together');
  }
}

function pluginField(index: number): string {
  return `stageResourcePluginList[${index}].pluginType`;
}

/** The host name that a PRE_API url among the plugins calls, and its field; null without PRE_API. */
export function preApiHost(plugins: readonly CheckedPlugin[]): { hostName: string; field: string } | null {
  const index = plugins.findIndex((plugin) => plugin.pluginType === 'PRE_API');
  const url = plugins[index]?.config['url'];
  if (typeof url !== 'string') return null;
  const hostName = new URL(url).hostname.toLowerCase().replace(/\.$/, '');
  return { hostName, field: `stageResourcePluginList[${index}].pluginConfigJson.url` };
}
