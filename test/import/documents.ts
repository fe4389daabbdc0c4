import type { ImportFailure } from '../../src/modules/resources/import/faults.js';
import type { ImportOptions, ImportPlan, PlannedMethod } from '../../src/modules/resources/import/import-plan.js';
import { readSwagger, type ReadResult } from '../../src/modules/resources/import/read-swagger.js';

export const USUAL_OPTIONS: ImportOptions = { strict: false, maxMethods: 100 };

/** The least document around some paths. */
export function documentOf(paths: object, rest: object = {}): object {
  return { swagger: '2.0', info: { title: 'Pets', version: '1.0.0' }, paths, ...rest };
}

/** The body of an import call with a document. */
export function bodyOf(document: unknown): Buffer {
  return Buffer.from(JSON.stringify({ swaggerData: document }));
}

export function read(document: unknown, options: Partial<ImportOptions> = {}): Promise<ReadResult> {
  return readSwagger(bodyOf(document), { ...USUAL_OPTIONS, ...options });
}

/** The plan of a document that must have one. */
export async function planOf(document: unknown, options: Partial<ImportOptions> = {}): Promise<ImportPlan> {
  const { plan, failure } = await read(document, options);
  if (plan === null) throw new Error(`refused: ${JSON.stringify(failure)}`);
  return plan;
}

/** The failure of a document that must be refused. */
export async function failureOf(document: unknown, options: Partial<ImportOptions> = {}): Promise<ImportFailure> {
  const { failure } = await read(document, options);
  if (failure === null) throw new Error('was not refused');
  return failure;
}

/** The only operation of a document, read. */
export async function methodOf(operation: object, rest: object = {}): Promise<PlannedMethod> {
  const { methods } = await planOf(documentOf({ '/pets/{petId}': { get: operation } }, rest));
  const [method] = methods;
  if (methods.length !== 1 || !method) throw new Error(`made ${methods.length} methods`);
  return method;
}

/** Why the only operation of a document is refused: key, and the field of each detail behind that of the operation. */
export async function refusalOf(operation: object, rest: object = {}): Promise<{ key: string; fields: string[] }> {
  const { key, details } = await failureOf(documentOf({ '/pets/{petId}': { get: operation } }, rest));
  return { key, fields: details.map(({ field }) => field.replace('/paths/~1pets~1{petId}/get', '')) };
}
