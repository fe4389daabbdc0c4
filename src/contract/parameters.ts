/** Data types of parameters and response headers. Source: the enum guide and "Create Resource Parameters". */
export const parameterDataTypes = ['STRING', 'BOOLEAN', 'INTEGER', 'LONG', 'FLOAT', 'DOUBLE'] as const;
/** Data types of form fields: those of other parameters, and files. */
export const formDataTypes = [...parameterDataTypes, 'FILE'] as const;

export type ParameterDataType = (typeof parameterDataTypes)[number];
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
