import { parentPathOf, pathPatternOf } from '../../../contract/paths.js';
import { newId } from '../../../kernel/ids.js';
import type { PluginWrite } from './changes.js';
import type { ImportedRows } from './imported.js';
import type { ResourceNode } from './resource-tree.js';

/*
 * Rows go to the database as one JSON value per statement. createMany takes 0.3 ms of this process per row, in which
 * it answers nobody else; an import has thousands, whose texts are made in the thread that reads the document.
 */

/** A resource to insert; an imported method brings its parameters and responses along. */
export type NewResource = ResourceNode & { readonly parameters?: object | null; readonly responses?: object | null };

/** Rows as JSON texts of lists: resources and their plugins. */
export interface ResourceTexts {
  readonly resources: string;
  readonly plugins: string;
}

/** Rows as JSON texts of lists: all that an import stores. */
export interface ImportTexts extends ResourceTexts {
  readonly models: string;
  readonly references: string;
}

/** The text of no rows. */
export const NO_ROWS = '[]';

/** Resources with their plugins as the statements take them that insert them. */
export function resourceTexts(resources: readonly NewResource[]): ResourceTexts {
  const plugins = resources.flatMap(({ id: resourceId, plugins: settingsByType }) =>
    [...settingsByType].map(([type, settings]) => ({ resourceId, type, settings })),
  );
  return { resources: JSON.stringify(resources.map(toRow)), plugins: pluginText(plugins) };
}

/** Plugins as the statement takes them that inserts them, under ids made here. */
export function pluginText(plugins: readonly PluginWrite[]): string {
  return JSON.stringify(plugins.map((plugin) => ({ id: newId(), ...plugin })));
}

/** What an import stores as the statements take it that insert it. */
export function importTexts({ models, resources, references }: ImportedRows): ImportTexts {
  return {
    ...resourceTexts(resources),
    models: JSON.stringify(models),
    references: JSON.stringify(references),
  };
}

function toRow({ id, path, method, parameters, responses }: NewResource): object {
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
