import type { StoredBody, StoredParameters, StoredResponses } from '../rules/imported.js';
import type { BodyAnswer, ParametersAnswer, ResponsesAnswer } from './descriptions.answers.js';

/** Request parameters as clients see them; a method that has none has empty lists. */
export function presentParameters(parameters: StoredParameters | null): Omit<ParametersAnswer, 'header'> {
  return {
    queryStringList: (parameters?.queryStringList ?? []).map(withText),
    headerList: (parameters?.headerList ?? []).map((one) => ({ ...withText(one), isArray: null })),
    formDataList: (parameters?.formDataList ?? []).map(withText),
    requestBody: presentBody(parameters?.requestBody),
    contentTypeList: [...(parameters?.contentTypeList ?? [])],
  };
}

/** Responses as clients see them. */
export function presentResponses(responses: StoredResponses | null): Omit<ResponsesAnswer, 'header'> {
  return {
    responseList: (responses?.responseList ?? []).map((response) => ({
      responseStatusCode: response.responseStatusCode,
      description: response.description ?? '',
      headerList: response.headerList.map(withText),
      responseBody: presentBody(response.responseBody),
    })),
    contentTypeList: [...(responses?.contentTypeList ?? [])],
  };
}

function withText<Field extends { readonly description: string | null }>(field: Field) {
  return { ...field, description: field.description ?? '' };
}

function presentBody(body: StoredBody | null | undefined): BodyAnswer {
  return body ? { ...body } : { name: null, description: null, modelId: null };
}
