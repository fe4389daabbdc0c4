import { parentPathOf } from '../../../contract/paths.js';
import { VENDOR_KEY, type VendorNotes, type VendorPlugins } from '../../../contract/swagger.js';
import type { ExportedMethod, ExportedModel, ExportedPath, ExportedPlugin, ExportedStage } from './exported-stage.js';
import { writeParameters } from './write-parameters.js';
import { writeResponses } from './write-responses.js';

/** A Swagger 2.0 document as an export gives it. */
export interface SwaggerDocument {
  readonly swagger: '2.0';
  readonly info: { readonly version: string; readonly title: string };
  readonly host: string;
  readonly schemes: readonly string[];
  readonly paths: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, object>>;
}

/**
 * Writes the resources of a stage as Swagger 2.0, in the form of the guide's API document without its security.
 * An import of the document gives the same paths, methods, plugins, parameters, responses and models.
 */
export function writeSwagger(stage: ExportedStage): SwaggerDocument {
  return {
    swagger: '2.0',
    info: { version: stage.version, title: stage.title },
    host: stage.host,
    schemes: ['https', 'http'],
    paths: writePaths(stage),
    definitions: Object.fromEntries(stage.models.map((model) => [model.name, writeModel(model)])),
  };
}

/** A path without methods and plugins is written only when no other path implies it. */
function writePaths({ paths, methods }: ExportedStage): Record<string, object> {
  const methodsByPath = new Map<string, ExportedMethod[]>();
  for (const method of methods) methodsByPath.set(method.path, [...(methodsByPath.get(method.path) ?? []), method]);
  const ancestors = new Set(paths.map(({ path }) => parentPathOf(path)));
  const written = paths.filter(
    ({ path, plugins }) => methodsByPath.has(path) || plugins.length > 0 || (path !== '/' && !ancestors.has(path)),
  );
  return Object.fromEntries(written.map((path) => [path.path, writePath(path, methodsByPath.get(path.path) ?? [])]));
}

function writePath({ plugins }: ExportedPath, methods: readonly ExportedMethod[]): object {
  const operations = methods.map((method) => [method.methodType.toLowerCase(), writeOperation(method)] as const);
  return { ...Object.fromEntries(operations), ...(plugins.length > 0 ? writePlugins(plugins) : {}) };
}

function writeOperation(method: ExportedMethod): object {
  const { contentTypeList: consumes } = method.parameters;
  const { contentTypeList: produces } = method.responses;
  return {
    summary: method.methodName,
    description: method.methodDescription ?? '',
    ...(consumes.length > 0 ? { consumes } : {}),
    ...(produces.length > 0 ? { produces } : {}),
    parameters: writeParameters(method),
    responses: writeResponses(method),
    ...writePlugins(method.plugins),
  };
}

function writePlugins(plugins: readonly ExportedPlugin[]): object {
  const extension: VendorPlugins = {
    plugins: Object.fromEntries(plugins.map(({ pluginType, config }) => [pluginType, config])),
  };
  return { [VENDOR_KEY]: extension };
}

function writeModel({ description, schema }: ExportedModel): object {
  const notes: VendorNotes = { description };
  return description === '' ? schema : { ...schema, [VENDOR_KEY]: notes };
}
