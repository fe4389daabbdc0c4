/** The columns of exported and imported files, by the names of the API's fields. */
export const csvColumns = [
  'apiKeyName',
  'apiKeyDescription',
  'apiKeyStatus',
  'primaryApiKey',
  'secondaryApiKey',
] as const;
/** A column of exported and imported files. */
export type CsvColumn = (typeof csvColumns)[number];

/** Columns without which a file cannot be imported. */
export const requiredColumns: readonly CsvColumn[] = ['apiKeyName', 'apiKeyStatus'];

/** How a spreadsheet knows a formula; it evaluates the cell, whatever the file's author wants it to do. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED_FORMULA = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** A text as it stands in a cell: an apostrophe before what a spreadsheet would evaluate. */
export function guardFormula(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** The text of a cell: what {@link guardFormula} was given. */
export function unguardFormula(cell: string): string {
  return GUARDED_FORMULA.test(cell) ? cell.slice(1) : cell;
}

/** What is wrong with a header row; null when nothing is. */
export function headerFault(header: readonly string[]): string | null {
  const known: readonly string[] = csvColumns;
  const unknown = header.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return `holds columns other than ${csvColumns.join(', ')}: ${unknown.slice(0, 5).join(', ').slice(0, 100)}`;
  }
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined) return `holds the column ${twice} twice`;
  const missing = requiredColumns.filter((name) => !header.includes(name));
  return missing.length > 0 ? `lacks the column ${missing.join(', ')}` : null;
}

/** The fields of a row under their names; empty cells other than required ones are absent. */
export function fieldsOf(header: readonly string[], row: readonly string[]): Partial<Record<CsvColumn, string>> {
  const fields = header.flatMap((name, index) => {
    const text = unguardFormula(row[index] ?? '');
    return text === '' && !requiredColumns.includes(name as CsvColumn) ? [] : [[name, text]];
  });
  return Object.fromEntries(fields) as Partial<Record<CsvColumn, string>>;
}
