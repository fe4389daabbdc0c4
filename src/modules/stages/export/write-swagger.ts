import { parentPathOf } from '../../../contract/paths.js';
import { securityPluginTypes, securitySchemes } from '../../../contract/swagger.js';
import type { ExportedMethod, ExportedModel, ExportedPath, ExportedPlugin, ExportedStage } from './exported-stage.js';
import { type SwaggerForm, writeExtension } from './swagger-form.js';
import { writeParameters } from './write-parameters.js';
import { writeResponses } from './write-responses.js';

/** A Swagger 2.0 document as an export or an API document gives it; only the latter has securityDefinitions. */
export interface SwaggerDocument {
  readonly swagger: '2.0';
  readonly info: { readonly version: string; readonly title: string };
  readonly host: string;
  readonly schemes: readonly string[];
  readonly paths: Readonly<Record<string, object>>;
  readonly securityDefinitions?: Readonly<Record<string, object>>;
  readonly definitions: Readonly<Record<string, object>>;
}

/**
 * Writes the resources of a stage as Swagger 2.0, in the form of the guide's API document. An export has the same form
 * without what only readers need: what callers must show, and references written twice.
 * An import of either, but for the public document, gives the same paths, methods, plugins, parameters, responses and models.
 */
export function writeSwagger(stage: ExportedStage, form: SwaggerForm = 'EXPORT'): SwaggerDocument {
  return {
    swagger: '2.0',
    info: { version: stage.version, title: stage.title },
    host: stage.host,
    schemes: ['https', 'http'],
    paths: writePaths(stage, form),
    ...(form === 'EXPORT' ? {} : { securityDefinitions: writeSecurityDefinitions(stage) }),
    definitions: Object.fromEntries(stage.models.map((model) => [model.name, writeModel(model, form)])),
  };
}

/** A path without methods and plugins is written only when no other path implies it. */
function writePaths({ paths, methods }: ExportedStage, form: SwaggerForm): Record<string, object> {
  const methodsByPath = new Map<string, ExportedMethod[]>();
  for (const method of methods) methodsByPath.set(method.path, [...(methodsByPath.get(method.path) ?? []), method]);
  const ancestors = new Set(paths.map(({ path }) => parentPathOf(path)));
  const written = paths.filter(
    ({ path, plugins }) => methodsByPath.has(path) || plugins.length > 0 || (path !== '/' && !ancestors.has(path)),
  );
  return Object.fromEntries(
    written.map((path) => [path.path, writePath(path, methodsByPath.get(path.path) ?? [], form)]),
  );
}

function writePath({ plugins }: ExportedPath, methods: readonly ExportedMethod[], form: SwaggerForm): object {
  const operations = methods.map((method) => [method.methodType.toLowerCase(), writeOperation(method, form)] as const);
  return { ...Object.fromEntries(operations), ...(plugins.length > 0 ? writePlugins(plugins, form) : {}) };
}

function writeOperation(method: ExportedMethod, form: SwaggerForm): object {
  const { contentTypeList: consumes } = method.parameters;
  const { contentTypeList: produces } = method.responses;
  return {
    summary: method.methodName,
    description: method.methodDescription ?? '',
    ...(consumes.length > 0 ? { consumes } : {}),
    ...(produces.length > 0 ? { produces } : {}),
    parameters: writeParameters(method, form),
    responses: writeResponses(method, form),
    ...(form === 'EXPORT' ? {} : writeSecurity(method)),
    ...writePlugins(method.plugins, form),
  };
}

/** A caller must show all of it at once: one requirement with every scheme. */
function writeSecurity({ security }: ExportedMethod): object {
  if (security.length === 0) return {};
  return { security: [Object.fromEntries(security.map((type) => [securitySchemes[type].name, []]))] };
}

function writeSecurityDefinitions({ methods }: ExportedStage): Record<string, object> {
  const used = new Set(methods.flatMap((method) => method.security));
  const schemes = securityPluginTypes.filter((type) => used.has(type)).map((type) => securitySchemes[type]);
  return Object.fromEntries(schemes.map(({ name, definition }) => [name, definition]));
}

function writePlugins(plugins: readonly ExportedPlugin[], form: SwaggerForm): object {
  const configs = Object.fromEntries(plugins.map(({ pluginType, config }) => [pluginType, config]));
  return writeExtension({ plugins: configs }, form);
}

function writeModel({ description, schema }: ExportedModel, form: SwaggerForm): object {
  return description === '' ? schema : { ...schema, ...writeExtension({ description }, form) };
}
