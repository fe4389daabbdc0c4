import type { Json } from '../../harness/api.js';

/**
 * The shape of JSON: a type's name, several parted by |; a list with the shape of its entries; an object with the
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
