import type { RowPage } from '../../src/modules/resources/rules/row-texts.js';

/** The rows of the pages of an import, one after the other. */
export function rowsOfPages<Row>(pages: readonly RowPage[]): Row[] {
  return pages.flatMap((page) => JSON.parse(Buffer.from(page).toString('utf8')) as Row[]);
}
