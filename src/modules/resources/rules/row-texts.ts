import { parentPathOf, pathPatternOf } from '../../../contract/paths.js';
import { newId } from '../../../kernel/ids.js';
import type { PluginWrite } from './changes.js';
import type { ImportedRows } from './imported.js';
import type { ResourceNode } from './resource-tree.js';

/*
 * Rows go to the database as one JSON value per statement. createMany takes 0.3 ms of this process per row, in which
 * it answers nobody else. An import has thousands: their JSON is made in the thread that reads the document, and comes
 * in pages, since 8 MB in one statement are 100 ms of copying.
 */

/** A resource to insert; an imported method brings its parameters and responses along. */
export type NewResource = ResourceNode & { readonly parameters?: object | null; readonly responses?: object | null };

/** Rows as JSON texts of lists: resources and their plugins. */
export interface ResourceTexts {
  readonly resources: string;
  readonly plugins: string;
}

/** A list of rows as JSON in UTF-8. */
export type RowPage = Uint8Array<ArrayBuffer>;

/** All that an import stores, of each kind in pages of {@link PAGE_LENGTH}. */
export interface ImportPages {
  readonly models: readonly RowPage[];
  readonly resources: readonly RowPage[];
  readonly plugins: readonly RowPage[];
  readonly references: readonly RowPage[];
}

/** Characters of JSON from which on a page is full. */
export const PAGE_LENGTH = 256 * 1024;

/** The text of no rows. */
export const NO_ROWS = '[]';

/** Resources with their plugins as the statements take them that insert them. */
export function resourceTexts(resources: readonly NewResource[]): ResourceTexts {
  return { resources: JSON.stringify(resources.map(toRow)), plugins: pluginText(resources.flatMap(pluginsOf)) };
}

/** Plugins as the statement takes them that inserts them, under ids made here. */
export function pluginText(plugins: readonly PluginWrite[]): string {
  return JSON.stringify(plugins.map(toPluginRow));
}

/** What an import stores as the statements take it that insert it. */
export function importPages({ models, resources, references }: ImportedRows): ImportPages {
  return {
    models: inPages(models),
    resources: inPages(resources.map(toRow)),
    plugins: inPages(resources.flatMap(pluginsOf).map(toPluginRow)),
    references: inPages(references),
  };
}

function inPages(rows: readonly object[]): RowPage[] {
  const pages: RowPage[] = [];
  const encoder = new TextEncoder();
  let texts: string[] = [];
  let length = 0;
  for (const [at, row] of rows.entries()) {
    const text = JSON.stringify(row);
    texts.push(text);
    length += text.length;
    if (length < PAGE_LENGTH && at < rows.length - 1) continue;
    pages.push(encoder.encode(`[${texts.join(',')}]`));
    texts = [];
    length = 0;
  }
  return pages;
}

function pluginsOf({ id: resourceId, plugins }: NewResource): PluginWrite[] {
  return [...plugins].map(([type, settings]) => ({ resourceId, type, settings }));
}

function toPluginRow(plugin: PluginWrite): object {
  return { id: newId(), ...plugin };
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
