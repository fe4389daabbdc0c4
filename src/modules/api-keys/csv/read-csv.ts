import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, parse } from 'csv-parse';
import { AppError, fieldError } from '../../../errors/index.js';

/** The parser reads a slice at once, in the worst case as many rows as it has bytes. */
const SLICE_BYTES = 16 * 1024;
/** Longer than any row of good values, names of four bytes a character included. */
const MAX_ROW_CHARACTERS = 10_000;

/** All that end a row, in one file too: the parser left to itself takes the first one for the only one. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

/** A row of a file that is not empty; `number` counts as spreadsheets do, the header row being 1. */
export interface CsvRow {
  readonly number: number;
  readonly cells: readonly string[];
}

/**
 * Reads a CSV file (RFC 4180, UTF-8, with or without a byte order mark) bit by bit, so that others are served meanwhile.
 * Empty rows are passed over.
 * @throws AppError INVALID_PARAMETER when it is not UTF-8; INVALID_INPUT for broken quotes, or when after the header
 * there are more than `maxRows` rows, or as many empty ones
 */
export async function readCsv(file: Buffer, maxRows: number): Promise<CsvRow[]> {
  if (!isUtf8(file))
    throw new AppError('INVALID_PARAMETER', [{ property: 'body', field: '', message: 'must be UTF-8' }]);
  const parser = Readable.from(slicesOf(file)).pipe(
    parse({ bom: true, relax_column_count: true, max_record_size: MAX_ROW_CHARACTERS, record_delimiter: LINE_ENDS }),
  );
  const rows: CsvRow[] = [];
  let number = 0;
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      number += 1;
      const isEmpty = cells.every((cell) => cell === '');
      if (!isEmpty) rows.push({ number, cells });
      const emptyRows = number - rows.length;
      if (emptyRows > maxRows || rows.length > maxRows + 1) {
        const what = isEmpty ? 'empty rows' : 'rows';
        throw fieldError('INVALID_INPUT', `row ${number}`, `is over the limit of ${maxRows} ${what}`);
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Of rows that come with the faulty one in one slice, `number` may not have counted all.
    throw fieldError('INVALID_INPUT', `row ${Number(error['records']) + 1}`, REASONS[error.code] ?? 'cannot be read');
  }
  return rows;
}

/** The parser's own words repeat what stands in the file, which may be a secret. */
const REASONS: Partial<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'has a quotation mark that is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quotation mark',
  INVALID_OPENING_QUOTE: 'has a quotation mark inside a value that does not begin with one',
  CSV_MAX_RECORD_SIZE: `is longer than ${MAX_ROW_CHARACTERS} characters`,
};

async function* slicesOf(file: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < file.length; start += SLICE_BYTES) {
    yield file.subarray(start, start + SLICE_BYTES);
    await nextTurn();
  }
}
