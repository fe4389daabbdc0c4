import { SetMetadata, type Type } from '@nestjs/common';

const KEY = 'gatewright:operation';

/** What is known of an operation at run time. */
export interface OperationMetadata {
  readonly id: string;
  /** Class of the 200 answer. */
  readonly answer: Type;
  readonly onlyReads: boolean;
  /**
   * Id of the operation that shows what this one changes; null when none does. Absent: for PUT and DELETE the GET of
   * the same path where there is one, else none.
   */
  readonly changes?: string | null;
  /** Whether its transaction tells what it changes, since to read and compare all that is shown would take too long. */
  readonly tellsChange?: boolean;
}

/** Keeps the metadata with a handler. */
export function setOperation(metadata: OperationMetadata): MethodDecorator {
  return SetMetadata(KEY, metadata);
}

/** The metadata of a handler; undefined when it is no operation. */
export function operationOf(handler: object): OperationMetadata | undefined {
  return Reflect.getMetadata(KEY, handler) as OperationMetadata | undefined;
}
