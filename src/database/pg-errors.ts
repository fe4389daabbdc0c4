import pg from 'pg';

/** What a database error means for the caller. `constraint` is the name of the violated unique index. */
export type DatabaseFault =
  | { readonly kind: 'unique'; readonly constraint: string }
  | { readonly kind: 'retry' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'failed' };

const RETRYABLE = new Set(['40001', '40P01']);
/** SQLSTATE classes and codes of a server that is going away or full: the call can be repeated later. */
const UNREACHABLE = /^(08|57P0|53)/;
const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT']);
/** Prisma's own codes for a database that cannot be reached, a pool that gave none in time, a transaction that was cut. */
const PRISMA_UNREACHABLE = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028']);
/** What pg says, without a code, of a server that does not answer. */
const UNREACHABLE_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|server closed the connection|Query read timeout|is not queryable/i;
const ADAPTER_UNREACHABLE = new Set([
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
]);

interface ErrorLike {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly cause?: unknown;
  /** Of an error of pg itself. */
  readonly constraint?: string;
  readonly meta?: { readonly driverAdapterError?: { readonly cause?: AdapterCause } };
}

interface AdapterCause {
  readonly kind?: string;
  readonly originalCode?: string;
  readonly constraint?: { readonly index?: string; readonly fields?: readonly string[] };
  readonly originalMessage?: string;
}

/**
 * Reads an error of Prisma, its adapter or pg; null when it is none of theirs.
 * The one place where database errors are told apart.
 */
export function databaseFault(error: unknown): DatabaseFault | null {
  if (error === null || typeof error !== 'object') return null;
  const { name = '', code = '', message = '', cause, constraint, meta } = error as ErrorLike;
  const adapter =
    meta?.driverAdapterError?.cause ?? (name === 'DriverAdapterError' ? (cause as AdapterCause) : undefined);
  const state = adapter?.originalCode ?? stateOf(error, code);
  if (state === '23505' || code === 'P2002') return { kind: 'unique', constraint: constraint ?? constraintOf(adapter) };
  if (RETRYABLE.has(state) || code === 'P2034') return { kind: 'retry' };
  if (UNREACHABLE.test(state) || SOCKET_CODES.has(code) || PRISMA_UNREACHABLE.has(code)) return { kind: 'unreachable' };
  if (ADAPTER_UNREACHABLE.has(adapter?.kind ?? '')) return { kind: 'unreachable' };
  if (UNREACHABLE_MESSAGE.test(message)) return { kind: 'unreachable' };
  return state !== '' || adapter || name.startsWith('PrismaClient') ? { kind: 'failed' } : null;
}

/** The SQLSTATE of an error of pg. Codes of Prisma look alike and begin with P, as those of a RAISE do. */
function stateOf(error: object, code: string): string {
  return /^[0-9A-Z]{5}$/.test(code) && (error instanceof pg.DatabaseError || !code.startsWith('P')) ? code : '';
}

function constraintOf(adapter: AdapterCause | undefined): string {
  const named = adapter?.constraint?.index ?? /unique constraint "([^"]+)"/.exec(adapter?.originalMessage ?? '')?.[1];
  return named ?? adapter?.constraint?.fields?.join(',') ?? '';
}
