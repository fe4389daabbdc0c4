import { mapParameters, mapResponses } from '../../../contract/parameters.js';
import { isResourcePluginType } from '../../../contract/plugins/index.js';
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
  const described = new Map(descriptions.map((one) => [`${one.methodType} ${one.path}`, one]));
  const modelNames = new Map(models.map(({ id, name }) => [id, name]));
  const paths = resources.filter((resource) => resource.methodType === null);
  return {
    ...head,
    paths: paths.map(({ path, plugins }) => ({ path, plugins: resourcePluginsOf(plugins) })),
    methods: resources.flatMap((resource) => {
      const description = described.get(`${resource.methodType ?? ''} ${resource.path}`);
      return toMethod(resource, description, modelNames) ?? [];
    }),
    models: models.map(({ name, description, schema }) => ({ name, description, schema })),
  };
}

function toMethod(
  { path, methodType, methodName, methodDescription, plugins }: StageResourceSettings,
  description: MethodDescription | undefined,
  modelNames: ReadonlyMap<string, string>,
): ExportedMethod | null {
  if (methodType === null) return null;
  const { parameters, responses } = description ?? {};
  const toExported = (body: StoredBody) => toBody(body, modelNames);
  return {
    path,
    methodType,
    methodName: methodName ?? methodType,
    methodDescription,
    plugins: resourcePluginsOf(plugins),
    parameters: parameters ? mapParameters(parameters, toExported) : NO_PARAMETERS,
    responses: responses ? mapResponses(responses, toExported) : NO_RESPONSES,
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
