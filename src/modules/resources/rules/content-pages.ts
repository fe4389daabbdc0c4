import type { HttpMethod, ResourcePluginType } from '../../../contract/plugins/index.js';
import type { ContentModel, ServiceContent } from './difference.js';
import type { ImportedResource, ImportedRows, StoredParameters, StoredResponses } from './imported.js';
import { pluginRow, pluginsOf, resourceRow } from './row-texts.js';

/*
 * The content of a service on its way between the database and the threads in which documents are read. The control
 * plane's own thread makes no objects of it: 10,000 operations as objects or as one text keep that for a tenth to a whole
 * second, in which it answers nobody.
 */

/** A list of rows as JSON in UTF-8. */
export type RowPage = Uint8Array<ArrayBuffer>;

/** Models, resources and plugins as rows, each kind in pages. */
export interface ContentPages {
  readonly models: readonly RowPage[];
  readonly resources: readonly RowPage[];
  readonly plugins: readonly RowPage[];
}

/** All that an import stores. */
export interface ImportPages extends ContentPages {
  readonly references: readonly RowPage[];
}

/** What a comparison reads of a resource's row. */
interface ResourceRow {
  readonly id: string;
  readonly path: string;
  readonly method_type?: HttpMethod | null;
  readonly method_name?: string | null;
  readonly method_description?: string | null;
  readonly made_by_cors: boolean;
  readonly parameters?: StoredParameters | null;
  readonly responses?: StoredResponses | null;
}

/** What a comparison reads of a plugin's row. */
interface PluginRow {
  readonly resourceId: string;
  readonly type: ResourcePluginType;
  readonly settings: object;
}

/** Characters of JSON from which on a page is full. */
const PAGE_LENGTH = 256 * 1024;

/** What an import stores as the statements take it that insert it. */
export function importPages({ models, resources, references }: ImportedRows): ImportPages {
  return {
    models: inPages(models),
    resources: inPages(resources.map(resourceRow)),
    plugins: inPages(resources.flatMap(pluginsOf).map(pluginRow)),
    references: inPages(references),
  };
}

/** The memory of pages, for whoever hands them over. */
export function memoryOf(pages: ContentPages): ArrayBuffer[] {
  return Object.values(pages).flatMap((ofKind: readonly RowPage[]) => ofKind.map(({ buffer }) => buffer));
}

/** Reads pages back. */
export function contentOf(pages: ContentPages): ServiceContent {
  const plugins = new Map<string, [ResourcePluginType, object][]>();
  for (const { resourceId, type, settings } of parsePages<PluginRow>(pages.plugins)) {
    const known = plugins.get(resourceId);
    if (known) known.push([type, settings]);
    else plugins.set(resourceId, [[type, settings]]);
  }
  const resources = parsePages<ResourceRow>(pages.resources).map((row) => toResource(row, plugins.get(row.id) ?? []));
  return { resources, models: parsePages<ContentModel>(pages.models) };
}

function toResource(row: ResourceRow, plugins: readonly [ResourcePluginType, object][]): ImportedResource {
  const { id, path, method_type: type, method_name: name, method_description: description } = row;
  return {
    id,
    path,
    method: type ? { type, name: name ?? '', description: description ?? null, madeByCors: row.made_by_cors } : null,
    plugins: new Map(plugins),
    parameters: row.parameters ?? null,
    responses: row.responses ?? null,
  };
}

function parsePages<Row>(pages: readonly RowPage[]): Row[] {
  const decoder = new TextDecoder();
  return pages.flatMap((page) => JSON.parse(decoder.decode(page)) as Row[]);
}

function inPages(rows: readonly object[]): RowPage[] {
  const encoder = new TextEncoder();
  const pages: RowPage[] = [];
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
