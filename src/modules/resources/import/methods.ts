import { parameterLimits } from '../../../contract/parameters.js';
import { inside } from '../../../kernel/json-pointer.js';
import type { PluginSettings } from '../rules/resource-tree.js';
import type { ImportFaults } from './faults.js';
import type { ImportReportEntry, PlannedMethod, PlannedPlugin } from './import-plan.js';
import { isLongerThan, type JsonObject, textOrNull } from './json.js';
import { LeftOut } from './left-out.js';
import type { OperationSource } from './operations.js';
import { type ParameterContext, readParameters } from './parameters.js';
import { readOperationPlugins } from './plugins.js';
import { readResponses, type ResponseContext } from './responses.js';

const MAX_NAME_LENGTH = parameterLimits.nameLength;
const MAX_DESCRIPTION_LENGTH = parameterLimits.descriptionLength;
const OPERATION_KEYS = new Set(['summary', 'description', 'consumes', 'produces', 'parameters', 'responses']);

/** What an operation is read with besides its parts: the path in front of every backend path, and the plugins of its path. */
export interface OperationContext extends ParameterContext, ResponseContext {
  readonly basePath: string;
  readonly pathPlugins: PluginSettings;
}

/**
 * Makes a method of an operation. Name and description that are missing are the method in upper case, as the guide says.
 * Faults: SWAGGER_INVALID (summary or description too long), and those of plugins, parameters and responses.
 */
export function readMethod(
  source: OperationSource,
  context: OperationContext,
  faults: ImportFaults,
): { method: PlannedMethod; entry: ImportReportEntry } {
  const { path, methodType, operation, pointer } = source;
  const leftOut = new LeftOut();
  checkLength(operation, 'summary', MAX_NAME_LENGTH, pointer, faults);
  checkLength(operation, 'description', MAX_DESCRIPTION_LENGTH, pointer, faults);
  leftOut.addUnknownKeys(operation, pointer, OPERATION_KEYS);
  const { description } = operation;
  const method: PlannedMethod = {
    path,
    methodType,
    methodName: textOrNull(operation['summary']) ?? methodType,
    methodDescription: description === undefined ? methodType : textOrNull(description),
    madeByCors: false,
    plugins: plannedPlugins(readOperationPlugins(source, context.pathPlugins, context.basePath, faults)),
    parameters: readParameters(source, context, leftOut, faults),
    responses: readResponses(source, context, leftOut, faults),
  };
  return { method, entry: { path, method: methodType, result: 'IMPORTED', reasons: leftOut.list() } };
}

/** Settings by type as a plan holds them. */
export function plannedPlugins(plugins: PluginSettings): PlannedPlugin[] {
  return [...plugins].map(([pluginType, config]) => ({ pluginType, config }));
}

function checkLength(operation: JsonObject, key: string, max: number, pointer: string, faults: ImportFaults): void {
  const text = operation[key];
  if (typeof text === 'string' && isLongerThan(text, max)) {
    faults.add('SWAGGER_INVALID', inside(pointer, key), `must not be longer than ${max} characters`);
  }
}
