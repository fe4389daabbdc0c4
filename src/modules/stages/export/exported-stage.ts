import type { MethodResponses, RequestParameters } from '../../../contract/parameters.js';
import type { HttpMethod, ResourcePluginType } from '../../../contract/plugins/index.js';
import type { SecurityPluginType } from '../../../contract/swagger.js';

/** A resource plugin; plugins of stages are no part of an export (the guide: they are set anew after an import). */
export interface ExportedPlugin {
  readonly pluginType: ResourcePluginType;
  readonly config: object;
}

/** A path with the plugins that stand on it. */
export interface ExportedPath {
  readonly path: string;
  readonly plugins: readonly ExportedPlugin[];
}

/** A body by the name of its model. */
export interface ExportedBody {
  readonly name: string;
  readonly description: string | null;
  readonly modelName: string;
}

/** A method with its request parameters and responses, each list without entries when nothing was set. */
export interface ExportedMethod {
  readonly path: string;
  readonly methodType: HttpMethod;
  readonly methodName: string;
  readonly methodDescription: string | null;
  readonly plugins: readonly ExportedPlugin[];
  readonly parameters: RequestParameters<ExportedBody>;
  readonly responses: MethodResponses<ExportedBody>;
  /** What callers must show. Only API documents say it. */
  readonly security: readonly SecurityPluginType[];
}

/** A model; `schema` is a JSON schema as Swagger 2.0 has it. */
export interface ExportedModel {
  readonly name: string;
  readonly description: string;
  readonly schema: object;
}

/**
 * What a Swagger document is written from. `title` is the name of the stage, `version` the date of its settings or
 * of their deployment in ISO 8601, `host` its host name. The methods that CORS makes are among the methods.
 */
export interface ExportedStage {
  readonly title: string;
  readonly version: string;
  readonly host: string;
  readonly paths: readonly ExportedPath[];
  readonly methods: readonly ExportedMethod[];
  readonly models: readonly ExportedModel[];
}
