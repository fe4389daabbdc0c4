import type { MethodResponse, MethodResponses, RequestParameters } from '../../../contract/parameters.js';
import type { HttpMethod, ResourcePluginType } from '../../../contract/plugins/index.js';

/** A plugin with its setting as the schema of its type gives it: defaults filled in, plain data. */
export interface PlannedPlugin {
  readonly pluginType: ResourcePluginType;
  readonly config: object;
}

/** A path to create, with the plugins that stand on it. */
export interface PlannedPath {
  readonly path: string;
  readonly plugins: readonly PlannedPlugin[];
}

/** A body that names its model: whoever stores the plan puts the id of the model in the place of the name. */
export interface PlannedBody {
  readonly name: string;
  readonly description: string | null;
  readonly modelName: string;
}

/** The request parameters of a method, as "List Resource Parameters" answers them but for the name of the model. */
export type PlannedParameters = RequestParameters<PlannedBody>;
/** A response, as "Get Resource Response" answers it but for the name of the model. */
export type PlannedResponse = MethodResponse<PlannedBody>;
export type PlannedResponses = MethodResponses<PlannedBody>;

/**
 * A method to create. `plugins` holds exactly one of HTTP and MOCK.
 * `madeByCors` marks the OPTIONS method that the CORS plugin of its path brings with it.
 */
export interface PlannedMethod {
  readonly path: string;
  readonly methodType: HttpMethod;
  readonly methodName: string;
  readonly methodDescription: string | null;
  readonly madeByCors: boolean;
  readonly plugins: readonly PlannedPlugin[];
  readonly parameters: PlannedParameters;
  readonly responses: PlannedResponses;
}

/** A model to create. `schema` is the definition as it stands in the document. */
export interface PlannedModel {
  readonly name: string;
  readonly description: string;
  readonly schema: object;
}

/** Why an operation, or a part of it, was not taken over. `pointer` is the JSON pointer of that part in swaggerData. */
export interface ImportReason {
  readonly pointer: string;
  readonly message: string;
}

/**
 * What became of one input operation. `method` is its key in upper case; a key that is no method stands as written.
 * The reasons of an IMPORTED operation say what was left out of it.
 */
export interface ImportReportEntry {
  readonly path: string;
  readonly method: string;
  readonly result: 'IMPORTED' | 'SKIPPED';
  readonly reasons: readonly ImportReason[];
}

/**
 * All that an import creates. Plain data that crosses a thread.
 * `paths` holds the root and every path above another one, each before those below it;
 * the path of every method is in it, and every `modelName` is in `models`. Nothing needs to be checked again.
 */
export interface ImportPlan {
  readonly paths: readonly PlannedPath[];
  readonly methods: readonly PlannedMethod[];
  readonly models: readonly PlannedModel[];
  readonly report: readonly ImportReportEntry[];
}

/**
 * `strict` (the query parameter of the call) demands that the document has schemes.
 * `maxMethods` is how many methods a service may have, those that CORS makes included.
 */
export interface ImportOptions {
  readonly strict: boolean;
  readonly maxMethods: number;
}
