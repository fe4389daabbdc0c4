import { effectiveStagePlugins, lineOf, pathsOf } from '../../../contract/effective-plugins.js';
import { mapParameters, mapResponses } from '../../../contract/parameters.js';
import { resourceKey } from '../../../contract/paths.js';
import { isResourcePluginType } from '../../../contract/plugins/index.js';
import { securityPluginTypes } from '../../../contract/swagger.js';
import type { StoredBody, StoredParameters, StoredResponses } from '../../resources/index.js';
import type { StageResourceSettings } from '../stage-settings.js';
import type { ExportedBody, ExportedMethod, ExportedModel, ExportedPlugin, ExportedStage } from './exported-stage.js';

/** What the service knows of a method besides its plugins. */
export interface MethodDescription {
  readonly path: string;
  readonly methodType: string;
  readonly parameters: StoredParameters | null;
  readonly responses: StoredResponses | null;
}

/** What an export is made of. `descriptions` are those of the service's methods; the stage may have others. */
export interface ExportInput {
  readonly title: string;
  readonly version: string;
  readonly host: string;
  readonly resources: readonly StageResourceSettings[];
  readonly descriptions: readonly MethodDescription[];
  readonly models: readonly (ExportedModel & { readonly id: string })[];
}

/** What is said of a method, bodies by the names of their models. Null: nothing was ever set. */
export interface NamedDescription {
  readonly parameters: ExportedMethod['parameters'] | null;
  readonly responses: ExportedMethod['responses'] | null;
}

const NO_PARAMETERS: ExportedMethod['parameters'] = {
  queryStringList: [],
  headerList: [],
  formDataList: [],
  requestBody: null,
  contentTypeList: [],
};
const NO_RESPONSES: ExportedMethod['responses'] = { responseList: [], contentTypeList: [] };

/** Puts the settings of a stage and the descriptions of its methods together. */
export function toExportedStage({ resources, descriptions, models, ...head }: ExportInput): ExportedStage {
  const described = new Map(descriptions.map((one) => [resourceKey(one), one]));
  const modelNames = modelNamesOf(models);
  const paths = pathsOf(resources);
  return {
    ...head,
    paths: [...paths.values()].map(({ path, plugins }) => ({ path, plugins: resourcePluginsOf(plugins) })),
    methods: resources.flatMap((resource) => {
      const description = described.get(resourceKey(resource));
      const named = description ? nameModels(description, modelNames) : null;
      return toMethod(resource, named, lineOf(resource, paths)) ?? [];
    }),
    models: models.map(({ name, description, schema }) => ({ name, description, schema })),
  };
}

/** The names of models by their ids. */
export function modelNamesOf(models: ExportInput['models']): Map<string, string> {
  return new Map(models.map(({ id, name }) => [id, name]));
}

/** What is said of a method with the names of models in the place of their ids. A body whose model is gone is left out. */
export function nameModels(
  { parameters, responses }: Pick<MethodDescription, 'parameters' | 'responses'>,
  modelNames: ReadonlyMap<string, string>,
): NamedDescription {
  const toExported = (body: StoredBody) => toBody(body, modelNames);
  return {
    parameters: parameters && mapParameters(parameters, toExported),
    responses: responses && mapResponses(responses, toExported),
  };
}

/** `line` is the way from the root path to the method itself. Null for a path. */
function toMethod(
  { path, methodType, methodName, methodDescription, plugins }: StageResourceSettings,
  description: NamedDescription | null,
  line: readonly StageResourceSettings[],
): ExportedMethod | null {
  if (methodType === null) return null;
  const effective = effectiveStagePlugins(line);
  return {
    path,
    methodType,
    methodName: methodName ?? methodType,
    methodDescription,
    plugins: resourcePluginsOf(plugins),
    parameters: description?.parameters ?? NO_PARAMETERS,
    responses: description?.responses ?? NO_RESPONSES,
    security: securityPluginTypes.filter((type) => effective.has(type)),
  };
}

function toBody(
  { name, description, modelId }: StoredBody,
  modelNames: ReadonlyMap<string, string>,
): ExportedBody | null {
  const modelName = modelNames.get(modelId);
  return modelName === undefined ? null : { name, description, modelName };
}

function resourcePluginsOf(plugins: StageResourceSettings['plugins']): ExportedPlugin[] {
  return plugins.flatMap(({ pluginType, config }) =>
    isResourcePluginType(pluginType) ? [{ pluginType, config }] : [],
  );
}
