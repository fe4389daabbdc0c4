import { CORS_METHOD_ANSWER, CORS_METHOD_NAME } from '../rules/cors-method.js';
import { MAX_PATHS } from '../rules/limits.js';
import { checkHead } from './document-head.js';
import { type ImportFailure, ImportFaults } from './faults.js';
import type { ImportOptions, ImportPlan, ImportReportEntry, PlannedMethod } from './import-plan.js';
import type { JsonObject } from './json.js';
import { SharedParts } from './left-out.js';
import { type OperationContext, readMethod } from './methods.js';
import { readModels } from './models.js';
import { type DocumentSource, listOperations, type PathSource } from './operations.js';
import type { ReadParameter } from './parameters.js';
import { planPaths } from './paths.js';
import { readPathPlugins } from './plugins.js';
import { readBody } from './read-body.js';
import { checkReferences } from './references.js';
import type { ReadResponse } from './responses.js';
import { checkTexts } from './texts.js';
import { validate } from './validate.js';

/** Operations up to which a document over the limit is still read to the end, so that its answer names the worse faults. */
const MAX_READ_OPERATIONS = 10_000;

/** What reading a document gives: a plan, or why there is none. Plain data. */
export type ReadResult =
  | { readonly plan: ImportPlan; readonly failure: null }
  | { readonly plan: null; readonly failure: ImportFailure };

/**
 * Reads the body of an import, `{"swaggerData": {…}}` in UTF-8, into a plan of what to create.
 * Pure, and bound by the processor for a large document: callers that serve requests use SwaggerReader.
 * A document with faults gives the first of their kinds by FAULT_PRECEDENCE, with every fault of that kind.
 */
export async function readSwagger(bytes: Uint8Array, options: ImportOptions): Promise<ReadResult> {
  const body = readBody(bytes);
  if ('failure' in body) return { plan: null, failure: body.failure };
  const faults = new ImportFaults();
  checkTexts(body.document, '', faults);
  checkHead(body.document, options.strict, faults);
  // Without a head the rest has no meaning; its faults would only hide the one that counts.
  const headFailure = faults.failure();
  if (headFailure) return { plan: null, failure: headFailure };
  const plan = await readDocument(body.document, options, faults);
  const failure = faults.failure();
  if (failure) return { plan: null, failure };
  if (plan === null) throw new Error('a document without faults gave no plan');
  return { plan, failure: null };
}

async function readDocument(
  document: JsonObject,
  { maxMethods }: ImportOptions,
  faults: ImportFaults,
): Promise<ImportPlan | null> {
  checkReferences(document, faults);
  const source = listOperations(document, faults);
  if (isFarTooLarge(source, maxMethods, faults)) return null;
  const pathPlugins = new Map(source.paths.map((path) => [path.path, readPathPlugins(path, faults)]));
  const shared = {
    document,
    basePath: basePathOf(document),
    parameters: new SharedParts<ReadParameter>(),
    responses: new SharedParts<ReadResponse>(),
  };
  const methods: PlannedMethod[] = [];
  const report: ImportReportEntry[] = [];
  for (const path of source.paths) {
    addMethods(path, { ...shared, pathPlugins: pathPlugins.get(path.path) ?? new Map() }, { methods, report }, faults);
  }
  const models = readModels(document, faults);
  const paths = planPaths(source.paths, pathPlugins, faults);
  if (methods.length > maxMethods) addMethodLimit(methods.length, maxMethods, faults);
  // An import replaces all there is: one that brings nothing, for instance because all is skipped, must not empty a service.
  const isEmpty = methods.length === 0 && paths.every(({ path, plugins }) => path === '/' && plugins.length === 0);
  if (isEmpty) faults.add('NO_RESOURCE_TO_CREATE', '/paths', 'holds nothing that can be taken over');
  await validate(document, source, faults);
  return { paths, methods, models, report: [...report, ...source.skipped] };
}

/** Whether a document holds so much that reading it to the end would cost more than the full list of its faults is worth. */
function isFarTooLarge({ paths }: DocumentSource, maxMethods: number, faults: ImportFaults): boolean {
  const operationCount = paths.reduce((count, { operations }) => count + operations.length, 0);
  if (operationCount > Math.max(maxMethods, MAX_READ_OPERATIONS)) addMethodLimit(operationCount, maxMethods, faults);
  else if (paths.length > MAX_PATHS)
    faults.add('INVALID_INPUT', '/paths', `makes ${paths.length} paths; at most ${MAX_PATHS} are allowed`);
  else return false;
  return true;
}

function addMethodLimit(count: number, maxMethods: number, faults: ImportFaults): void {
  faults.add('METHOD_LIMIT_EXCEEDED', '/paths', `makes ${count} methods; at most ${maxMethods} are allowed`);
}

/** `basePath` without a slash at its end; what is no path is left to the validator. */
function basePathOf({ basePath }: JsonObject): string {
  return typeof basePath === 'string' && basePath.startsWith('/') ? basePath.replace(/\/+$/, '') : '';
}

function addMethods(
  path: PathSource,
  context: OperationContext,
  { methods, report }: { methods: PlannedMethod[]; report: ImportReportEntry[] },
  faults: ImportFaults,
): void {
  const hasCors = context.pathPlugins.has('CORS');
  if (hasCors) methods.push(corsMethod(path.path));
  for (const operation of path.operations) {
    if (hasCors && operation.methodType === 'OPTIONS') {
      const reasons = [{ pointer: operation.pointer, message: 'the CORS plugin of the path makes its OPTIONS method' }];
      report.push({ path: path.path, method: 'OPTIONS', result: 'SKIPPED', reasons });
      continue;
    }
    const { method, entry } = readMethod(operation, context, faults);
    methods.push(method);
    report.push(entry);
  }
}

function corsMethod(path: string): PlannedMethod {
  return {
    path,
    methodType: 'OPTIONS',
    methodName: CORS_METHOD_NAME,
    methodDescription: null,
    madeByCors: true,
    plugins: [{ pluginType: 'MOCK', config: CORS_METHOD_ANSWER }],
    parameters: { queryStringList: [], headerList: [], formDataList: [], requestBody: null, contentTypeList: [] },
    responses: { responseList: [], contentTypeList: [] },
  };
}
