import { ValidateBy } from 'class-validator';

/** Demands that no entry of a list of plain values stands in it twice. class-validator's own rule compares all pairs. */
export function UniqueList(): PropertyDecorator {
  const validate = (list: unknown) => !Array.isArray(list) || new Set(list).size === list.length;
  const defaultMessage = () => 'must not hold an entry twice';
  return ValidateBy({ name: 'uniqueList', validator: { validate, defaultMessage } });
}
