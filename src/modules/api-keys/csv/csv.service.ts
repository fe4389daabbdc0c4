import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { Database } from '../../../database/index.js';
import { AppError, type ErrorDetail, fieldError, MAX_DETAILS } from '../../../errors/index.js';
import { readInput } from '../../../http/index.js';
import { withNewIds } from '../../../kernel/ids.js';
import type { Tenant } from '../../tenancy/index.js';
import { ApiKeyValues } from '../api-key-values.js';
import { type ApiKeyAnswer, CreateApiKeyRequest } from '../api-keys.dto.js';
import { presentApiKey } from '../api-keys.presenter.js';
import { type ApiKeyFilter, type ApiKeyPosition, readApiKeysAfter } from '../api-keys.queries.js';
import { ApiKeysService, type RequestedKey } from '../api-keys.service.js';
import type { ExportApiKeysQuery } from './csv.dto.js';
import { csvColumns, fieldsOf, guardFormula, headerFault } from './csv.rules.js';
import { type CsvRow, readCsv } from './read-csv.js';

/** How many keys one file may bring. */
export const MAX_IMPORTED_KEYS = 10_000;
const EXPORT_BATCH = 1000;
const ROWS_PER_TURN = 100;

/** Use cases of files of API keys. */
@Injectable()
export class CsvService {
  private readonly log = new Logger(CsvService.name);

  constructor(
    private readonly database: Database,
    private readonly apiKeys: ApiKeysService,
    private readonly values: ApiKeyValues,
  ) {}

  /** The keys that a query asks for as a CSV file. What is in its first rows is read before this returns. */
  async export(tenant: Tenant, query: ExportApiKeysQuery): Promise<Readable> {
    const filter = { ...this.apiKeys.filterOf(query), status: query.apiKeyStatus };
    const first = await this.readBatch(tenant, filter, null);
    // Spreadsheets take a file for UTF-8 only with a byte order mark.
    const file = stringify({
      header: true,
      columns: [...csvColumns],
      bom: true,
      record_delimiter: 'windows',
      // Every kind of line end is one to those who read the file.
      quote_record_delimiter: true,
    });
    return pipeline(Readable.from(this.rows(tenant, filter, first)), file, (error) => this.logFault(error));
  }

  private async *rows(tenant: Tenant, filter: ApiKeyFilter, first: Batch): AsyncGenerator<string[]> {
    for (let batch = first; ; batch = await this.readBatch(tenant, filter, batch.last)) {
      yield* batch.rows;
      if (batch.last === null) return;
    }
  }

  private async readBatch(tenant: Tenant, filter: ApiKeyFilter, after: ApiKeyPosition | null): Promise<Batch> {
    const keys = await readApiKeysAfter(this.database.client, tenant.projectId, filter, after, EXPORT_BATCH);
    const last = keys.length < EXPORT_BATCH ? null : (keys.at(-1) ?? null);
    return { rows: keys.map((key) => cellsOf(presentApiKey(key, this.values))), last };
  }

  /** The answer has begun: the client sees that it breaks off, and the reason is told here. */
  private logFault(error: NodeJS.ErrnoException | null): void {
    const isClientGone = error?.code === 'ERR_STREAM_PREMATURE_CLOSE';
    if (error && !isClientGone) this.log.error('an export of API keys broke off', error.stack);
  }

  /**
   * Creates the keys of a CSV file, all or none, in the order of the file, and gives their number.
   * @throws AppError INVALID_PARAMETER, INVALID_INPUT, API_KEY_DUPLICATED; fields are named `row 3.primaryApiKey`
   */
  async import(tenant: Tenant, file: Buffer): Promise<number> {
    const [header, ...rows] = await readCsv(file, MAX_IMPORTED_KEYS);
    const fault = headerFault(header?.cells ?? []);
    if (fault !== null) throw fieldError('INVALID_INPUT', `row ${header?.number ?? 1}`, fault);
    if (rows.length === 0) throw fieldError('INVALID_INPUT', 'body', 'holds no API key');
    const requests = await readRequests(header?.cells ?? [], rows);
    await this.apiKeys.insert(tenant, withNewIds(requests));
    return requests.length;
  }
}

/** Rows of an export, and after which key it goes on; null when it does not. */
interface Batch {
  readonly rows: string[][];
  readonly last: ApiKeyPosition | null;
}

async function readRequests(header: readonly string[], rows: readonly CsvRow[]): Promise<Omit<RequestedKey, 'id'>[]> {
  const requests: Omit<RequestedKey, 'id'>[] = [];
  const faults: ErrorDetail[] = [];
  for (const [index, { number, cells }] of rows.entries()) {
    if (index % ROWS_PER_TURN === 0) await nextTurn();
    if (faults.length >= MAX_DETAILS) break;
    const place = `row ${number}.`;
    if (cells.length !== header.length) {
      const message = `has ${cells.length} columns where the header has ${header.length}`;
      faults.push({ property: 'body', field: `row ${number}`, message });
      continue;
    }
    const read = await readInput(CreateApiKeyRequest, fieldsOf(header, cells), 'INVALID_INPUT', 'body');
    faults.push(...read.faults.map((fault) => ({ ...fault, field: place + fault.field })));
    requests.push({ request: read.instance, place });
  }
  if (faults.length > 0) throw new AppError('INVALID_INPUT', faults);
  return requests;
}

function cellsOf(key: ApiKeyAnswer): string[] {
  return csvColumns.map((column) => guardFormula(key[column]));
}
