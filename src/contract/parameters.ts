/** Data types of parameters and response headers. Source: the enum guide and "Create Resource Parameters". */
export const parameterDataTypes = ['STRING', 'BOOLEAN', 'INTEGER', 'LONG', 'FLOAT', 'DOUBLE'] as const;
/** Data types of form fields: those of other parameters, and files. */
export const formDataTypes = [...parameterDataTypes, 'FILE'] as const;

/** A data type of a parameter or a response header. */
export type ParameterDataType = (typeof parameterDataTypes)[number];
/** A data type of a form field. */
export type FormDataType = (typeof formDataTypes)[number];

/** A header that a request or a response carries. `description` null: none was given. */
export interface HeaderField {
  readonly name: string;
  readonly description: string | null;
  readonly dataType: ParameterDataType;
}

/** A header of a request. */
export interface HeaderParameter extends HeaderField {
  readonly required: boolean;
}

/** A query parameter of a request. */
export interface QueryParameter extends HeaderParameter {
  readonly isArray: boolean;
}

/** A form field of a request. */
export interface FormDataParameter extends Omit<QueryParameter, 'dataType'> {
  readonly dataType: FormDataType;
}

/** The request parameters of a method. `Body` names its model in the way of whoever holds it. */
export interface RequestParameters<Body> {
  readonly queryStringList: readonly QueryParameter[];
  readonly headerList: readonly HeaderParameter[];
  readonly formDataList: readonly FormDataParameter[];
  readonly requestBody: Body | null;
  readonly contentTypeList: readonly string[];
}

/** A response of a method by its status code, 100 to 599. */
export interface MethodResponse<Body> {
  readonly responseStatusCode: number;
  readonly description: string | null;
  readonly headerList: readonly HeaderField[];
  readonly responseBody: Body | null;
}

/** The responses of a method. */
export interface MethodResponses<Body> {
  readonly responseList: readonly MethodResponse<Body>[];
  readonly contentTypeList: readonly string[];
}

/** Request parameters with every body turned into another form. */
export function mapParameters<From, To>(
  parameters: RequestParameters<From>,
  change: (body: From) => To | null,
): RequestParameters<To> {
  return { ...parameters, requestBody: parameters.requestBody && change(parameters.requestBody) };
}

/** Responses with every body turned into another form. */
export function mapResponses<From, To>(
  responses: MethodResponses<From>,
  change: (body: From) => To | null,
): MethodResponses<To> {
  return {
    ...responses,
    responseList: responses.responseList.map((response) => ({
      ...response,
      responseBody: response.responseBody && change(response.responseBody),
    })),
  };
}

/** Limits of parameters, responses and models; lengths in characters. Source: the ranges of the published guide. */
export const parameterLimits = {
  nameLength: 50,
  descriptionLength: 200,
  /** Entries of one list: queries, headers or form fields of a method, or headers of a response. */
  entries: 50,
  contentTypes: 10,
} as const;

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const CONTENT_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?:\\s*;[^\\p{Cc}]*)?$`, 'u');

/** Whether a text is written type/subtype, with or without parameters behind it. Source: 400102011 of the error table. */
export function isContentType(text: string): boolean {
  return CONTENT_TYPE.test(text);
}
