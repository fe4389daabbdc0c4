import { patternFaults } from '../contract/patterns.js';
import type { RequestValidation } from '../contract/snapshot.js';
import { ModelFault, wholeSchema } from './body-schema.js';
import type { CompilerInput, CompilerMethod } from './input.js';

const ANY_TYPE = '*/*';

/** Finds what REQUEST_VALIDATOR demands of the requests of a method. */
export type ValidationOf = (path: string, methodType: string) => RequestValidation | null;

/**
 * Reads the parameters of the methods: what is not required, and all that only documents say, is left out.
 * What is found is null for a method of which nothing is demanded; a look-up throws ModelFault.
 */
export function validations({ methods, models }: Pick<CompilerInput, 'methods' | 'models'>): ValidationOf {
  const byPlace = new Map(methods.map((method) => [`${method.methodType} ${method.path}`, method.parameters]));
  const schemas = new Map(models.map(({ id, schema }) => [id, schema]));
  const byName = new Map(models.map(({ name, schema }) => [name, schema]));
  return (path, methodType) => {
    const parameters = byPlace.get(`${methodType} ${path}`);
    if (!parameters) return null;
    const { requestBody } = parameters;
    const schema = requestBody ? schemas.get(requestBody.modelId) : undefined;
    return demandsOf(parameters, schema ? checkedSchema(schema, byName) : null);
  };
}

/** @throws ModelFault also for a pattern of a model that was made before patterns were checked. */
function checkedSchema(...[schema, byName]: Parameters<typeof wholeSchema>): ReturnType<typeof wholeSchema> {
  const whole = wholeSchema(schema, byName);
  const [fault] = patternFaults(whole);
  if (fault) throw new ModelFault(`at ${fault.pointer} ${fault.message}`);
  return whole;
}

function demandsOf(
  parameters: NonNullable<CompilerMethod['parameters']>,
  bodySchema: RequestValidation['bodySchema'],
): RequestValidation | null {
  const { queryStringList, headerList, formDataList, requestBody, contentTypeList } = parameters;
  const demands = {
    queryStrings: requiredNames(queryStringList),
    headers: inOrder(requiredNames(headerList).map((name) => name.toLowerCase())),
    formFields: requiredNames(formDataList),
    contentTypes: mediaTypesOf(contentTypeList),
    bodySchema,
  };
  const hasAny = Object.values(demands).some((part) => (Array.isArray(part) ? part.length > 0 : part !== null));
  return hasAny ? { ...demands, hasBody: requestBody !== null || formDataList.length > 0 } : null;
}

function requiredNames(list: readonly { readonly name: string; readonly required: boolean }[]): string[] {
  return inOrder(list.filter(({ required }) => required).map(({ name }) => name));
}

/** Without what may stand behind the semicolon; none at all when any is allowed. */
function mediaTypesOf(contentTypes: readonly string[]): string[] {
  const types = inOrder(contentTypes.map((type) => (type.split(';', 1)[0] ?? '').trim().toLowerCase()));
  return types.includes(ANY_TYPE) ? [] : types;
}

/** Sorted and each once, so that equal demands are written in the same way. */
function inOrder(names: readonly string[]): string[] {
  return [...new Set(names)].toSorted();
}
