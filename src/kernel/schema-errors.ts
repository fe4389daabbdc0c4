/** What Ajv says about one place of a value. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly additionalProperty?: string; readonly allowedValues?: readonly unknown[] };
}

/**
 * The errors that say something to a person. Where a value may have one of several forms, Ajv adds that none of them
 * fits, and what the value lacks to be each of them: a wrong name of a type, for instance, is also no list of types.
 */
export function tellingErrors<Entry extends SchemaError>(errors: readonly Entry[]): Entry[] {
  const withAllowedValues = new Set(errors.flatMap((error) => (error.keyword === 'enum' ? [error.instancePath] : [])));
  return errors.filter(({ keyword, instancePath }) => {
    if (keyword === 'anyOf' || keyword === 'oneOf') return false;
    return keyword !== 'type' || !withAllowedValues.has(instancePath);
  });
}

/** What an error says, with the values that would be right where there is a list of them. */
export function messageOf({ message = 'is not valid', params }: SchemaError): string {
  return params.allowedValues ? `${message}: ${params.allowedValues.join(', ')}` : message;
}
