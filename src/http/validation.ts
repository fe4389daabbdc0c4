import { type ArgumentMetadata, Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import { AppError, type ErrorDetail, type ErrorKey } from '../errors/index.js';
import { freeJsonFields } from './free-json.js';
import { inheritedNameFaults } from './inherited-names.js';
import { sizeFault } from './input-size.js';
import { nestedListFaults } from './nested-lists.js';
import { textFaults } from './storable-text.js';
import { UnreadBody } from './unread-body.js';

/**
 * Reads bodies, and checks them and queries against their DTO classes.
 * A broken body field is INVALID_INPUT, a broken query field or a body that is no object INVALID_PARAMETER;
 * either way the errorList names every broken field.
 */
@Injectable()
export class DtoPipe implements PipeTransform {
  /** A promise only of what has to be waited for: it runs for every parameter of every call. */
  transform(sent: unknown, metadata: ArgumentMetadata): unknown {
    const { type, data } = metadata;
    if (type === 'body' || type === 'query') return this.read(sent, metadata);
    if (type === 'param') {
      const details = textFaults(sent, 'path', data);
      if (details.length > 0) throw new AppError('INVALID_PARAMETER', details);
    }
    return sent;
  }

  private async read(sent: unknown, { metatype, type }: ArgumentMetadata): Promise<unknown> {
    const value = sent instanceof UnreadBody ? await sent.read() : sent;
    if (metatype === undefined || metatype === Object || metatype === Buffer) return value;
    const plain = value ?? {};
    if (typeof plain !== 'object' || Array.isArray(plain)) {
      throw new AppError('INVALID_PARAMETER', [{ property: type, field: '', message: 'must be a JSON object' }]);
    }
    const key = type === 'body' ? 'INVALID_INPUT' : 'INVALID_PARAMETER';
    const { instance, faults } = await readInput(metatype as Type<object>, plain, key, type);
    if (faults.length === 0) return instance;
    throw new AppError(key, faults);
  }
}

/**
 * Reads a plain object as an instance of a request class, with all the faults that it has as one.
 * @throws AppError `key` when it cannot be read as one at all, or holds too much to be.
 */
export async function readInput<Input extends object>(
  metatype: Type<Input>,
  plain: object,
  key: ErrorKey,
  property: string,
): Promise<{ instance: Input; faults: ErrorDetail[] }> {
  const excess = sizeFault(plain, freeJsonFields(metatype), property);
  if (excess) throw new AppError(key, [excess]);
  const inherited = inheritedNameFaults(plain, property);
  if (inherited.length > 0) throw new AppError(key, inherited);
  const instance = toInstance(metatype, plain, key, property);
  const errors = await validate(instance, { whitelist: true, forbidNonWhitelisted: true });
  const faults = [
    ...errors.flatMap((error) => detailsOf(error, '', property)),
    ...nestedListFaults(instance, property),
    ...textFaults(plain, property),
  ];
  return { instance, faults };
}

/** class-transformer fails on objects whose field `constructor` is none, where it does not know their class. */
function toInstance<Input extends object>(
  metatype: Type<Input>,
  plain: object,
  key: ErrorKey,
  property: string,
): Input {
  try {
    return plainToInstance(metatype, plain, { exposeUnsetFields: false });
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const message = 'has a field named constructor inside a field that this request does not have';
    throw new AppError(key, [{ property, field: '', message }], { cause });
  }
}

function detailsOf(error: ValidationError, parent: string, property: string): ErrorDetail[] {
  const field = fieldName(parent, error.property);
  const own = error.constraints ? [{ property, field, message: faultOf(error, error.constraints) }] : [];
  return [...own, ...(error.children ?? []).flatMap((child) => detailsOf(child, field, property))];
}

/** One sentence for all broken rules of a field. class-validator starts its texts with the field's name, which stands beside. */
function faultOf(error: ValidationError, constraints: Record<string, string>): string {
  if (constraints['whitelistValidation']) return 'is no field of this request';
  if (error.value === undefined) return 'is required';
  const texts = Object.values(constraints).map((text) => text.replace(`${error.property} `, ''));
  return texts.join('; ');
}

function fieldName(parent: string, name: string): string {
  if (/^\d+$/.test(name)) return `${parent}[${name}]`;
  return parent === '' ? name : `${parent}.${name}`;
}
