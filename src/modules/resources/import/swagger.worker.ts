import type { ImportOptions } from './import-plan.js';
import { readSwagger, type ReadResult } from './read-swagger.js';

/** What the reader hands to its thread. */
export interface ReadTask {
  readonly bytes: Uint8Array;
  readonly options: ImportOptions;
}

/** Entry of the thread in which documents are read. */
export default async function run({ bytes, options }: ReadTask): Promise<ReadResult> {
  return readSwagger(bytes, options);
}
