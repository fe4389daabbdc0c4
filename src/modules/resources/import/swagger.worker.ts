import { move, transferableSymbol, valueSymbol } from 'piscina';
import { nameSourcesInStacks } from '../../../kernel/stack-traces.js';
import { presentReport } from '../imports.presenter.js';
import type { ImportReportAnswer } from '../imports.dto.js';
import { toRows } from '../rules/imported.js';
import { type ImportPages, importPages } from '../rules/row-texts.js';
import type { ImportFailure } from './faults.js';
import type { ImportOptions, ImportPlan } from './import-plan.js';
import { readSwagger } from './read-swagger.js';

/**
 * What a document is read to. A plan of 10,000 operations keeps the thread that gets it for a quarter of a second, in
 * which that answers nobody; pages are handed over.
 */
export interface ReadForms {
  readonly plan: ImportPlan;
  readonly pages: StoredImport;
}

/** An import in the form in which it is stored, and what its caller is told. */
export interface StoredImport {
  readonly pages: ImportPages;
  readonly report: ImportReportAnswer;
}

/** What the reader hands to its thread. */
export interface ReadTask {
  readonly bytes: Uint8Array;
  readonly options: ImportOptions;
  readonly form: keyof ReadForms;
}

/** What the thread gives back. */
export type ReadAnswer =
  | { readonly read: ReadForms[keyof ReadForms]; readonly failure: null }
  | { readonly read: null; readonly failure: ImportFailure };

nameSourcesInStacks();

/** Entry of the thread in which documents are read. */
export default async function run({ bytes, options, form }: ReadTask): Promise<ReadAnswer> {
  const { plan, failure } = await readSwagger(bytes, options);
  if (failure) return { read: null, failure };
  if (form === 'plan') return { read: plan, failure: null };
  const pages = importPages(toRows(plan));
  const answer: ReadAnswer = { read: { pages, report: presentReport(plan) }, failure: null };
  const memory = Object.values(pages).flatMap((ofKind: ImportPages[keyof ImportPages]) =>
    ofKind.map(({ buffer }) => buffer),
  );
  return move({ [transferableSymbol]: memory, [valueSymbol]: answer }) as unknown as ReadAnswer;
}
