import { getMetadataStorage, ValidationTypes } from 'class-validator';
import type { ErrorDetail } from '../errors/index.js';

const MESSAGE = 'must be an object, not a list';

/**
 * A fault for every list that stands where an object is expected. class-validator looks through such a list at its
 * entries: it takes `[[]]` for a list of objects, and `[]` for an object. `field` is the place of `instance`.
 */
export function nestedListFaults(instance: object, property: string, field = ''): ErrorDetail[] {
  return nestedFields(instance).flatMap(({ name, isList }) => {
    const value: unknown = Reflect.get(instance, name);
    const at = field === '' ? name : `${field}.${name}`;
    if (!isList) return objectFaults(value, property, at);
    return Array.isArray(value)
      ? value.flatMap((entry, index) => objectFaults(entry, property, `${at}[${index}]`))
      : [];
  });
}

function objectFaults(value: unknown, property: string, field: string): ErrorDetail[] {
  if (Array.isArray(value)) return [{ property, field, message: MESSAGE }];
  return typeof value === 'object' && value !== null ? nestedListFaults(value, property, field) : [];
}

/** The fields of a request class that hold objects of other request classes. */
function nestedFields(instance: object): { name: string; isList: boolean }[] {
  return getMetadataStorage()
    .getTargetValidationMetadatas(instance.constructor, '', false, false)
    .filter(({ type }) => type === ValidationTypes.NESTED_VALIDATION)
    .map(({ propertyName, each }) => ({ name: propertyName, isList: each }));
}
