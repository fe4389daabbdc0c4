import { move, transferableSymbol, valueSymbol } from 'piscina';
import { nameSourcesInStacks } from '../../../kernel/stack-traces.js';
import { presentReport } from '../imports.presenter.js';
import type { ImportReportAnswer } from '../imports.dto.js';
import { contentOf, type ContentPages, type ImportPages, importPages, memoryOf } from '../rules/content-pages.js';
import { differenceBetween, type ImportDifference } from '../rules/difference.js';
import { toRows } from '../rules/imported.js';
import type { ImportFailure } from './faults.js';
import type { ImportOptions } from './import-plan.js';
import { readSwagger } from './read-swagger.js';

/** A document in the form in which it is stored, and what its caller is told. */
export interface StoredImport {
  readonly pages: ImportPages;
  readonly report: ImportReportAnswer;
}

/** A document that is to be read. */
export interface ReadTask {
  readonly bytes: Uint8Array;
  readonly options: ImportOptions;
}

/** What a document is read to. */
export type ReadAnswer =
  | { readonly read: StoredImport; readonly failure: null }
  | { readonly read: null; readonly failure: ImportFailure };

/** Contents that are to be compared. */
export interface CompareTask {
  readonly before: ContentPages;
  readonly after: ContentPages;
}

nameSourcesInStacks();

/** Reads a document. */
export async function read({ bytes, options }: ReadTask): Promise<ReadAnswer> {
  const { plan, failure } = await readSwagger(bytes, options);
  if (failure) return { read: null, failure };
  const pages = importPages(toRows(plan));
  const answer: ReadAnswer = { read: { pages, report: presentReport(plan) }, failure: null };
  return move({ [transferableSymbol]: memoryOf(pages), [valueSymbol]: answer }) as unknown as ReadAnswer;
}

/** Compares what is there with what would be there. */
export function compare({ before, after }: CompareTask): ImportDifference {
  return differenceBetween(contentOf(before), contentOf(after));
}
