import type { ErrorDetail, ErrorKey } from '../../../errors/index.js';

/** Faults of one key that an answer lists; more are only counted. */
const MAX_LISTED = 100;

/**
 * Which error answers a document with faults of several kinds: the first of these that it has.
 * First what makes the rest meaningless, then the order in which the published table lists them;
 * the codes that settings have for themselves follow the one for settings.
 */
export const FAULT_PRECEDENCE = [
  'SWAGGER_INVALID',
  'SWAGGER_INFO_MISSING',
  'SWAGGER_SCHEME_MISSING',
  'SWAGGER_PATHS_MISSING',
  'SWAGGER_PLUGINS_INVALID',
  'INVALID_HEADER_NAME',
  'PATH_VARIABLE_UNDECLARED',
  'CONTEXT_VARIABLE_INVALID',
  'FRONTEND_PATH_MISMATCH',
  'PATH_INVALID',
  'MODEL_SCHEMA_INVALID',
  'SWAGGER_PARAMETER_INVALID',
  'SWAGGER_RESPONSE_INVALID',
  'SWAGGER_MODEL_REFERENCE_INVALID',
  'CONTENT_TYPE_INVALID',
  'INVALID_INPUT',
  'METHOD_LIMIT_EXCEEDED',
  'NO_RESOURCE_TO_CREATE',
  'PATH_VARIABLE_CONFLICT',
] as const satisfies readonly ErrorKey[];

export type ImportFaultKey = (typeof FAULT_PRECEDENCE)[number];

/** A refused import as plain data: what an AppError is made of on the other side of a thread. */
export interface ImportFailure {
  readonly key: ErrorKey;
  readonly details: readonly ErrorDetail[];
}

/** Gathers the faults of a document, each once, with the JSON pointer of its place in swaggerData. */
export class ImportFaults {
  private readonly listed = new Map<ImportFaultKey, Map<string, ErrorDetail>>();
  private readonly unlistedCount = new Map<ImportFaultKey, number>();
  private readonly pointers = new Set<string>();

  add(key: ImportFaultKey, pointer: string, message: string): void {
    const details = this.listed.get(key) ?? new Map<string, ErrorDetail>();
    this.listed.set(key, details);
    const identity = `${pointer}\n${message}`;
    if (details.has(identity)) return;
    if (details.size < MAX_LISTED) details.set(identity, { property: 'swaggerData', field: pointer, message });
    else this.unlistedCount.set(key, (this.unlistedCount.get(key) ?? 0) + 1);
    this.pointers.add(pointer);
  }

  get isEmpty(): boolean {
    return this.listed.size === 0;
  }

  /** The places that have a fault. */
  get places(): Iterable<string> {
    return this.pointers;
  }

  /** The failure that answers the document; null when it has no fault. */
  failure(): ImportFailure | null {
    const key = FAULT_PRECEDENCE.find((candidate) => this.listed.has(candidate));
    if (key === undefined) return null;
    const details = [...(this.listed.get(key)?.values() ?? [])];
    const more = this.unlistedCount.get(key) ?? 0;
    if (more > 0) details.push({ property: 'swaggerData', field: '', message: `and ${more} more faults of this kind` });
    return { key, details };
  }
}
