import type { Json } from '../../harness/api.js';

/**
 * The shape of JSON: a type's name, several parted by |; a list with the shape of its entries, or without any where it
 * is always empty; an object with the
 * shapes of its fields. A field whose name begins with + is an addition to the published contract. The field * of an
 * object stands for every field of a map.
 */
export type Shape = string | readonly Shape[] | { readonly [field: string]: Shape };

/** What does not fit: a field missing, of another type, or one that the shape does not list. */
export function misfits(value: Json, shape: Shape, at = ''): string[] {
  if (typeof shape === 'string') {
    const type = value === null ? 'null' : typeof value;
    return shape.split('|').includes(type) ? [] : [`${at} is ${type}, not ${shape}`];
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, index) => misfits(item, shape[0] ?? 'nothing', `${at}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  const fields = Object.entries(shape as Record<string, Shape>);
  const map = fields.find(([name]) => name === '*')?.[1];
  if (map !== undefined) return Object.entries(value).flatMap(([key, inner]) => misfits(inner, map, `${at}.${key}`));
  const known = new Map(fields.map(([name, inner]) => [name.replace(/^\+/, ''), inner]));
  const unlisted = Object.keys(value).filter((name) => !known.has(name));
  return [
    ...unlisted.map((name) => `${at}.${name} is not listed`),
    ...[...known].flatMap(([name, inner]) => misfits(value[name], inner, `${at}.${name}`)),
  ];
}

/** Where a shape has lists that may have entries. Their entries are `[]` in the path. */
export function listsOf(shape: Shape, at = ''): string[] {
  if (typeof shape === 'string') return [];
  if (Array.isArray(shape)) {
    const [inner] = shape;
    return inner === undefined ? [] : [at, ...listsOf(inner, `${at}[]`)];
  }
  const fields = Object.entries(shape as Record<string, Shape>);
  return fields.flatMap(([name, inner]) => listsOf(inner, `${at}.${name.replace(/^\+/, '')}`));
}

/** Which of the lists of a shape have an entry in an answer that fits it, with the paths of {@link listsOf}. */
export function filledLists(value: Json, shape: Shape, at = ''): string[] {
  if (typeof shape === 'string') return [];
  if (Array.isArray(shape)) {
    const inner = shape[0] ?? 'nothing';
    const entries: Json[] = value;
    return entries.length === 0 ? [] : [at, ...entries.flatMap((entry) => filledLists(entry, inner, `${at}[]`))];
  }
  const fields = Object.entries(shape as Record<string, Shape>);
  return fields.flatMap(([name, inner]) => {
    const field = name.replace(/^\+/, '');
    const values: Json[] = name === '*' ? Object.values(value) : [value[field]];
    return values.flatMap((one) => filledLists(one, inner, `${at}.${field}`));
  });
}
