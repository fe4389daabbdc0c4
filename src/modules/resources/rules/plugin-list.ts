import { faultDetails, type SettingFault } from '../../../contract/plugins/check.js';
import type { PluginPlace, ResourcePluginType } from '../../../contract/plugins/index.js';
import { AppError, type ErrorDetail, type ErrorKey } from '../../../errors/index.js';
import { checkResourceSettings, misplacement } from './resource-plugin.js';
import type { PluginSettings } from './resource-tree.js';

/** A plugin as a client asks for it. */
export interface RequestedPlugin {
  readonly pluginType: ResourcePluginType;
  readonly pluginConfigJson: object;
}

/** Where a list of plugins stands: its field in the request, the resource path, and what kind of resource it is. */
export interface PluginListPlace {
  readonly field: string;
  readonly path: string;
  readonly place: PluginPlace;
}

/** A fault of a request and the error that answers it. */
interface Fault extends ErrorDetail {
  readonly key: ErrorKey;
}

/** Gathers the faults of one request, so that its answer names all that are of one kind. */
export class FaultList {
  private readonly faults: Fault[] = [];

  add(key: ErrorKey, field: string, message: string): void {
    this.faults.push({ key, property: 'body', field, message });
  }

  /** Adds the faults of a setting that stands at `place`. */
  addSettingFaults(faults: readonly SettingFault[], place: string): void {
    const details = faultDetails(faults, place);
    for (const [index, { key }] of faults.entries()) {
      const detail = details[index];
      if (detail) this.faults.push({ key, ...detail });
    }
  }

  /** @throws AppError with the key of the first fault and every fault of that key; nothing when there is none. */
  throwIfAny(): void {
    const key = this.faults[0]?.key;
    if (key === undefined) return;
    const details = this.faults.filter((fault) => fault.key === key);
    throw new AppError(
      key,
      details.map(({ property, field, message }) => ({ property, field, message })),
    );
  }
}

/**
 * Reads the plugins asked for on a resource; faults go to `faults` and what is faulty is left out.
 * Faults: INVALID_INPUT (a type twice), RESOURCE_PLUGIN_INVALID (wrong place, bad setting), FRONTEND_PATH_MISMATCH,
 * INVALID_HEADER_NAME, PATH_VARIABLE_UNDECLARED, CONTEXT_VARIABLE_INVALID.
 */
export function readPlugins(
  requested: readonly RequestedPlugin[],
  where: PluginListPlace,
  faults: FaultList,
): Map<ResourcePluginType, object> {
  const plugins = new Map<ResourcePluginType, object>();
  checkTypes(requested, where, faults);
  for (const [index, { pluginType, pluginConfigJson }] of requested.entries()) {
    const settings = readSettings(pluginType, pluginConfigJson, `${where.field}[${index}]`, where.path, faults);
    if (settings) plugins.set(pluginType, settings);
  }
  return plugins;
}

/** Checks that each type stands once and where it may; also for entries that only delete. */
export function checkTypes(
  requested: readonly { readonly pluginType: ResourcePluginType }[],
  where: PluginListPlace,
  faults: FaultList,
): void {
  const types = requested.map((plugin) => plugin.pluginType);
  for (const [index, type] of types.entries()) {
    const field = `${where.field}[${index}].pluginType`;
    const misplaced = misplacement(type, where.place);
    if (types.indexOf(type) !== index) faults.add('INVALID_INPUT', field, `${type} stands twice`);
    if (misplaced !== null) faults.add('RESOURCE_PLUGIN_INVALID', field, misplaced);
  }
}

/** Reads one setting; null when it has faults. */
export function readSettings(
  type: ResourcePluginType,
  config: object,
  field: string,
  path: string,
  faults: FaultList,
): object | null {
  const checked = checkResourceSettings(type, config, path, 'RESOURCE_PLUGIN_INVALID');
  faults.addSettingFaults(checked.faults, `${field}.pluginConfigJson`);
  return checked.settings;
}

/** Notes a fault at `field` unless the plugins of a method hold exactly one of HTTP and MOCK. */
export function checkBackend(types: Iterable<ResourcePluginType>, field: string, faults: FaultList): void {
  const backends = [...types].filter((type) => type === 'HTTP' || type === 'MOCK');
  if (backends.length !== 1)
    faults.add('RESOURCE_PLUGIN_INVALID', field, 'must leave the method exactly one of HTTP and MOCK');
}

/** The plugins of a new method: its own, and those of its path that it does not bring itself. CORS stays on the path. */
export function withInherited(own: PluginSettings, ofPath: PluginSettings): PluginSettings {
  return new Map([...[...ofPath].filter(([type]) => type !== 'CORS'), ...own]);
}
