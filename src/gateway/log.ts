import { types } from 'node:util';
import { newLogger, type ProcessLogger } from '../kernel/logging.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Facts of a log line. Never a key, a token or a value that a client sent as one. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the gateway's log lines go. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** Writes lines with a logger. */
export function logTo(logger: ProcessLogger): Log {
  return (level, message, fields = {}) => logger[level](fields, message);
}

/** Writes every line as one JSON object to the standard output. */
export const standardLog: Log = logTo(newLogger('gateway'));

/** An unexpected error as fields of a log line. */
export function errorFields(error: unknown): LogFields {
  if (!types.isNativeError(error)) return { error: String(error) };
  const { code, requestId } = error as NodeJS.ErrnoException & { requestId?: string };
  const cause = types.isNativeError(error.cause) ? error.cause.message : undefined;
  return { error: error.message, errorCode: code, cause, stack: error.stack, requestId };
}
