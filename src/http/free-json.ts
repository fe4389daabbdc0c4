import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';

const FREE_FIELDS = Symbol('fields of free JSON');
const freeNames = new Set<string>();

/**
 * Marks a field of a request that holds JSON of the caller's own shape: it is taken as it was sent.
 * class-transformer would copy it key by key, lose keys named like functions of Object (`valueOf`)
 * and fail on one named `constructor`; a primitive type keeps it from looking inside.
 */
export function FreeJson(): PropertyDecorator {
  return applyDecorators(
    Type(() => Boolean),
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
    rememberField,
  );
}

/** The fields of a request class, inherited ones too, that hold JSON of the caller's own shape. */
export function freeJsonFields(metatype: { readonly prototype: object }): ReadonlySet<string> {
  return (Reflect.getMetadata(FREE_FIELDS, metatype.prototype) as ReadonlySet<string> | undefined) ?? new Set();
}

/** Whether a field of some request class, wherever it stands, holds JSON of the caller's own shape. */
export function isFreeJsonName(name: string): boolean {
  return freeNames.has(name);
}

function rememberField(prototype: object, name: string | symbol): void {
  freeNames.add(String(name));
  const names = new Set([...freeJsonFields({ prototype }), String(name)]);
  Reflect.defineMetadata(FREE_FIELDS, names, prototype);
}
