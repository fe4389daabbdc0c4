import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';

/**
 * Marks a field of a request that holds JSON of the caller's own shape: it is taken as it was sent.
 * class-transformer would copy it key by key, lose keys named like functions of Object (`valueOf`)
 * and fail on one named `constructor`; a primitive type keeps it from looking inside.
 */
export function FreeJson(): PropertyDecorator {
  return applyDecorators(
    Type(() => Boolean),
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]),
  );
}
