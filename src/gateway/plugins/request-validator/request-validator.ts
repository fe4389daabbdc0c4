import type { RequestValidation } from '../../../contract/snapshot.js';
import { contentHash } from '../../../kernel/canonical-json.js';
import { jsonDepth } from '../../../kernel/json-depth.js';
import { runAtOnce, runInSlices } from '../../../kernel/steps.js';
import { type RequestContext, RequestFailed } from '../../request-context.js';
import type { CheckServices } from '../../services.js';
import type { CheckPlace, RequestCheck } from '../step.js';
import type { BodyBudget } from './body-budget.js';
import { BodySchema } from './body-schema.js';
import { mediaTypeOf, mediaTypeTest } from './content-type.js';
import { firstMissing } from './names.js';
import { readBody } from './read-body.js';

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
/** Levels of arrays and objects in a body; validation goes as deep as the body does. */
const MAX_DEPTH = 200;
const MAX_DETAIL_LENGTH = 300;

/**
 * REQUEST_VALIDATOR: a request must have what its method's parameters demand. A body is read only when something in it
 * is checked. Source: the console guide, Validate Requests.
 */
export function checkRequest(_settings: object, { validation }: CheckPlace, services: CheckServices): RequestCheck {
  if (!validation) return () => undefined;
  const checkHead = headCheck(validation);
  const checkBody = bodyCheck(validation, services);
  return (context) => {
    const mediaType = mediaTypeOf(context);
    checkHead(context, mediaType);
    return checkBody?.(context, mediaType);
  };
}

type Check<Result> = (context: RequestContext, mediaType: string | null) => Result;

function headCheck(validation: RequestValidation): Check<void> {
  const { queryStrings, headers, formFields, contentTypes, hasBody, bodySchema } = validation;
  const isListed = mediaTypeTest(contentTypes);
  const needsType = contentTypes.length > 0 || formFields.length > 0 || bodySchema !== null;
  return (context, mediaType) => {
    const query = queryStrings.length === 0 ? null : runAtOnce(firstMissing(context.target.query, queryStrings));
    if (query !== null) refuse(`query parameter ${query}: is required`);
    const header = headers.find((name) => context.header(name) === null);
    if (header !== undefined) refuse(`header ${header}: is required`);
    if (mediaType === '' && needsType) refuse('header content-type: is no content type');
    if (contentTypes.length === 0) return;
    if (mediaType === null ? hasBody || context.body !== null : !isListed(mediaType)) {
      refuse(`header content-type: must be ${contentTypes.join(' or ')}`);
    }
  };
}

/** Null when nothing in a body is checked. */
function bodyCheck(
  { formFields, bodySchema }: RequestValidation,
  { bodySchemas, bodyBudget }: CheckServices,
): Check<Promise<void> | undefined> | null {
  const schema = bodySchema && bodySchemas.get(contentHash(bodySchema), () => new BodySchema(bodySchema));
  if (!schema && formFields.length === 0) return null;
  return (context, mediaType) => {
    if (schema && mediaType === JSON_TYPE) return checkJson(schema, context, bodyBudget);
    if (formFields.length > 0 && mediaType === FORM) return checkForm(formFields, context, bodyBudget);
    return undefined;
  };
}

async function checkForm(formFields: readonly string[], context: RequestContext, budget: BodyBudget): Promise<void> {
  const text = (await readBody(context, budget)).toString('latin1');
  const field = await runInSlices(firstMissing(text, formFields));
  if (field !== null) refuse(`form field ${field}: is required`);
}

async function checkJson(schema: BodySchema, context: RequestContext, budget: BodyBudget): Promise<void> {
  const bytes = await readBody(context, budget);
  if (jsonDepth(bytes) > MAX_DEPTH) refuse(`body: must not be nested deeper than ${MAX_DEPTH} levels`);
  const fault = schema.faultOf(parse(bytes), bytes.length);
  if (fault !== null) refuse(fault);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    const isNoText = (error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
    if (isNoText || error instanceof SyntaxError) return refuse('body: is no valid JSON');
    throw error;
  }
}

function refuse(detail: string): never {
  throw new RequestFailed({ failure: 'RequestInvalid', detail: detail.slice(0, MAX_DETAIL_LENGTH) });
}
