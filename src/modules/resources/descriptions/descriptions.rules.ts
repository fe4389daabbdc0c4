import { isContentType } from '../../../contract/parameters.js';
import { isHeaderName } from '../../../contract/plugins/index.js';
import { AppError, type ErrorDetail, type ErrorKey, fieldError } from '../../../errors/index.js';
import type { StoredBody, StoredParameters, StoredResponses } from '../rules/imported.js';
import type { BodyRequest, CreateParametersRequest, CreateResponsesRequest } from './descriptions.dto.js';

/**
 * The request parameters that a request asks for, checked but for the model.
 * @throws AppError INVALID_INPUT, INVALID_HEADER_NAME, CONTENT_TYPE_INVALID
 */
export function toParameters(request: CreateParametersRequest): StoredParameters {
  const { queryStringList, headerList, formDataList } = request;
  refuseTwice(queryStringList, 'queryStringList', sameCase);
  refuseTwice(headerList, 'headerList', lowerCase);
  refuseTwice(formDataList, 'formDataList', sameCase);
  checkHeaderNames(headerList, 'headerList');
  const requestBody = toBody(request.requestBody, 'requestBody');
  if (requestBody && (formDataList ?? []).length > 0) {
    throw fieldError('INVALID_INPUT', 'formDataList', 'a method has form fields or a request body, not both');
  }
  return {
    queryStringList: (queryStringList ?? []).map((one) => ({ ...one, description: one.description ?? null })),
    headerList: (headerList ?? []).map((one) => ({ ...one, description: one.description ?? null })),
    formDataList: (formDataList ?? []).map((one) => ({ ...one, description: one.description ?? null })),
    requestBody,
    contentTypeList: checkContentTypes(request.contentTypeList),
  };
}

/**
 * The responses that a request asks for, checked but for the models.
 * @throws AppError INVALID_INPUT, INVALID_HEADER_NAME, CONTENT_TYPE_INVALID
 */
export function toResponses(request: CreateResponsesRequest): StoredResponses {
  const responses = request.responseList ?? [];
  const codes = responses.map((response) => ({ name: String(response.responseStatusCode) }));
  refuseTwice(codes, 'responseList', sameCase, 'responseStatusCode');
  return {
    responseList: responses.map((response, index) => {
      const place = `responseList[${index}]`;
      refuseTwice(response.headerList, `${place}.headerList`, lowerCase);
      checkHeaderNames(response.headerList, `${place}.headerList`);
      return {
        responseStatusCode: response.responseStatusCode,
        description: response.description ?? null,
        headerList: (response.headerList ?? []).map((one) => ({ ...one, description: one.description ?? null })),
        responseBody: toBody(response.responseBody, `${place}.responseBody`),
      };
    }),
    contentTypeList: checkContentTypes(request.contentTypeList),
  };
}

/** Ids of the models that a method's descriptions refer to, each with the field that names it. */
export function modelPlaces(
  parameters: StoredParameters | null,
  responses: StoredResponses | null,
): { modelId: string; field: string }[] {
  const bodies = [
    { body: parameters?.requestBody, field: 'requestBody.modelId' },
    ...(responses?.responseList ?? []).map(({ responseBody }, index) => ({
      body: responseBody,
      field: `responseList[${index}].responseBody.modelId`,
    })),
  ];
  return bodies.flatMap(({ body, field }) => (body ? [{ modelId: body.modelId, field }] : []));
}

/** A body with a model, or null when every field of it is empty. */
function toBody(body: BodyRequest | null | undefined, place: string): StoredBody | null {
  const { name, description, modelId } = body ?? {};
  if (!name && !description && !modelId) return null;
  if (!name) throw fieldError('INVALID_INPUT', `${place}.name`, 'is required');
  if (!modelId) throw fieldError('INVALID_INPUT', `${place}.modelId`, 'is required');
  return { name, description: description ?? null, modelId };
}

const sameCase = (name: string) => name;
const lowerCase = (name: string) => name.toLowerCase();

function refuseTwice(
  list: readonly { name: string }[] | null | undefined,
  place: string,
  normalise: (name: string) => string,
  field = 'name',
): void {
  const seen = new Set<string>();
  const twice: ErrorDetail[] = [];
  for (const [index, { name }] of (list ?? []).entries()) {
    if (seen.has(normalise(name))) twice.push(detail(`${place}[${index}].${field}`, `${name} stands twice`));
    seen.add(normalise(name));
  }
  throwIfAny('INVALID_INPUT', twice);
}

function checkHeaderNames(list: readonly { name: string }[] | null | undefined, place: string): void {
  const faults = (list ?? []).flatMap(({ name }, index) =>
    isHeaderName(name) ? [] : [detail(`${place}[${index}].name`, 'is no header name')],
  );
  throwIfAny('INVALID_HEADER_NAME', faults);
}

function checkContentTypes(list: readonly string[] | null | undefined): readonly string[] {
  const faults = (list ?? []).flatMap((type, index) =>
    isContentType(type) ? [] : [detail(`contentTypeList[${index}]`, 'must be type/subtype')],
  );
  throwIfAny('CONTENT_TYPE_INVALID', faults);
  return list ?? [];
}

function detail(field: string, message: string): ErrorDetail {
  return { property: 'body', field, message };
}

function throwIfAny(key: ErrorKey, details: readonly ErrorDetail[]): void {
  if (details.length > 0) throw new AppError(key, details);
}
