import { MAX_PATH_LENGTH } from '../../../contract/paths.js';
import { checkSettings, type SettingFault } from '../../../contract/plugins/check.js';
import {
  isResourcePluginType,
  type PluginPlace,
  resourcePlugins,
  type ResourcePluginType,
} from '../../../contract/plugins/index.js';
import { VENDOR_KEY } from '../../../contract/swagger.js';
import { templateOfPath } from '../../../contract/templates.js';
import { inside } from '../../../kernel/json-pointer.js';
import { withInherited } from '../rules/plugin-list.js';
import { checkResourceSettings, misplacement, placeOfPath } from '../rules/resource-plugin.js';
import type { PluginSettings } from '../rules/resource-tree.js';
import { FAULT_PRECEDENCE, type ImportFaultKey, type ImportFaults } from './faults.js';
import { own, type JsonObject } from './json.js';
import type { OperationSource, PathSource } from './operations.js';
import { pluginsIn } from './vendor-extension.js';

/** Where plugins stand: the JSON pointer of the object that holds them, the resource path and the kind of resource. */
interface Standing {
  readonly pointer: string;
  readonly path: string;
  readonly place: PluginPlace;
}

/** Reads the plugins of a path item. Faults: those of {@link readOperationPlugins}. */
export function readPathPlugins({ path, pointer, item }: PathSource, faults: ImportFaults): PluginSettings {
  const plugins = pluginsIn(item, pointer, faults) ?? {};
  return readAll(plugins, { pointer: inside(pointer, VENDOR_KEY, 'plugins'), path, place: placeOfPath(path) }, faults);
}

/**
 * Reads the plugins of an operation. One that names no backend gets HTTP to `basePath` + path.
 *
 * The plugins of the path come along only where the operation has no extension at all: such a document was written by
 * hand and means what creating a method under the path means. An operation with an extension comes from an export,
 * which writes all plugins that a method has, also when the path got another one after the method was made.
 *
 * Faults: SWAGGER_PLUGINS_INVALID, INVALID_HEADER_NAME, PATH_VARIABLE_UNDECLARED, CONTEXT_VARIABLE_INVALID,
 * FRONTEND_PATH_MISMATCH; PATH_INVALID when the backend path that the operation would get is too long.
 */
export function readOperationPlugins(
  { path, pointer, operation }: OperationSource,
  ofPath: PluginSettings,
  basePath: string,
  faults: ImportFaults,
): PluginSettings {
  const given = pluginsIn(operation, pointer, faults);
  const at = inside(pointer, VENDOR_KEY, 'plugins');
  const plugins = new Map(
    given ? readAll(given, { pointer: at, path, place: 'method' }, faults) : withInherited(new Map(), ofPath),
  );
  if (given && Object.hasOwn(given, 'HTTP') && Object.hasOwn(given, 'MOCK')) {
    faults.add('SWAGGER_PLUGINS_INVALID', at, 'must not hold both HTTP and MOCK');
  }
  const namesBackend = given !== null && (Object.hasOwn(given, 'HTTP') || Object.hasOwn(given, 'MOCK'));
  if (!namesBackend) {
    const backend = defaultBackend(path, inside('/paths', path), basePath, faults);
    if (backend) plugins.set('HTTP', backend);
  }
  return plugins;
}

function readAll(plugins: JsonObject, standing: Standing, faults: ImportFaults): PluginSettings {
  const settings = new Map<ResourcePluginType, object>();
  for (const [type, config] of Object.entries(plugins)) {
    const pointer = inside(standing.pointer, type);
    const refusal = placeFault(type, config, standing.place);
    if (refusal !== null) faults.add('SWAGGER_PLUGINS_INVALID', pointer, refusal);
    else if (isResourcePluginType(type)) {
      const checked = readOne(type, config, { ...standing, pointer }, faults);
      if (checked) settings.set(type, checked);
    }
  }
  return settings;
}

function placeFault(type: string, config: unknown, place: PluginPlace): string | null {
  if (!isResourcePluginType(type)) return 'is no resource plugin';
  const misplaced = misplacement(type, place);
  if (misplaced !== null) return misplaced;
  // Exports from before 23 November 2021 hold settings as texts; the guide tells how to change such a file.
  if (typeof config === 'string') return 'must be an object, not a JSON text';
  return null;
}

function readOne(
  type: ResourcePluginType,
  config: unknown,
  { pointer, path }: Standing,
  faults: ImportFaults,
): object | null {
  const checked = checkResourceSettings(type, config, path, 'SWAGGER_PLUGINS_INVALID');
  for (const fault of checked.faults) {
    faults.add(keyOf(fault), pointerOfField(pointer, config, fault.field), fault.message);
  }
  return checked.settings;
}

function keyOf({ key }: SettingFault): ImportFaultKey {
  return FAULT_PRECEDENCE.find((known) => known === key) ?? 'SWAGGER_PLUGINS_INVALID';
}

/** The pointer of a dotted field of a setting; a key of the setting may hold dots itself. */
function pointerOfField(pointer: string, config: unknown, field: string): string {
  let at = pointer;
  let value = config;
  let key = '';
  for (const part of field === '' ? [] : field.split('.')) {
    key = key === '' ? part : `${key}.${part}`;
    const child = typeof value === 'object' && value !== null ? own(value, key) : undefined;
    if (child === undefined) continue;
    at = inside(at, key);
    value = child;
    key = '';
  }
  return key === '' ? at : inside(at, key);
}

/**
 * HTTP to the same path behind `basePath`, every path variable passed on.
 * A variable takes more room there than in the path, so that a long path can be too long for its own backend.
 */
function defaultBackend(path: string, pointer: string, basePath: string, faults: ImportFaults): object | null {
  const config = { frontendEndpointPath: path, backendEndpointPath: `${basePath}${templateOfPath(path)}` };
  const checked = checkSettings(resourcePlugins.HTTP, config, path, 'PATH_INVALID');
  if (config.backendEndpointPath.length > MAX_PATH_LENGTH) {
    const message = `its backend path would be longer than ${MAX_PATH_LENGTH} characters; give its methods an HTTP plugin`;
    faults.add('PATH_INVALID', pointer, message);
    return null;
  }
  for (const fault of checked.faults)
    faults.add(keyOf(fault), '/basePath', `makes a backend path that ${fault.message}`);
  return checked.settings;
}
