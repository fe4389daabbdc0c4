import { parentPathOf, pathPatternOf } from '../../../contract/paths.js';
import { newId } from '../../../kernel/ids.js';
import type { PluginWrite } from './changes.js';
import type { ResourceNode } from './resource-tree.js';

/*
 * Rows go to the database as one JSON value per statement. createMany takes 0.3 ms of this process per row, in which
 * it answers nobody else.
 */

/** A resource to insert; an imported method brings its parameters and responses along. */
export type NewResource = ResourceNode & { readonly parameters?: object | null; readonly responses?: object | null };

/** Rows as JSON texts of lists: resources and their plugins. */
export interface ResourceTexts {
  readonly resources: string;
  readonly plugins: string;
}

/** The text of no rows. */
export const NO_ROWS = '[]';

/** Resources with their plugins as the statements take them that insert them. */
export function resourceTexts(resources: readonly NewResource[]): ResourceTexts {
  return { resources: JSON.stringify(resources.map(resourceRow)), plugins: pluginText(resources.flatMap(pluginsOf)) };
}

/** Plugins as the statement takes them that inserts them, under ids made here. */
export function pluginText(plugins: readonly PluginWrite[]): string {
  return JSON.stringify(plugins.map(pluginRow));
}

/** The plugins of a resource. */
export function pluginsOf({ id: resourceId, plugins }: NewResource): PluginWrite[] {
  return [...plugins].map(([type, settings]) => ({ resourceId, type, settings }));
}

/** A plugin as it is inserted, under an id made here. */
export function pluginRow(plugin: PluginWrite): object {
  return { id: newId(), ...plugin };
}

/** A resource as it is inserted. */
export function resourceRow({ id, path, method, parameters, responses }: NewResource): object {
  return {
    id,
    path,
    path_pattern: pathPatternOf(path),
    parent_path: method ? path : parentPathOf(path),
    method_type: method?.type,
    method_name: method?.name,
    method_description: method?.description,
    made_by_cors: method?.madeByCors ?? false,
    parameters,
    responses,
  };
}
