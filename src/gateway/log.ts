import { types } from 'node:util';

export type LogLevel = 'info' | 'warn' | 'error';

/** Facts of a log line. Never a key, a token or a value that a client sent as one. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the gateway's log lines go. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** Writes every line as one JSON object to the standard output. */
export const standardLog: Log = (level, message, fields) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
};

/** An unexpected error as fields of a log line. */
export function errorFields(error: unknown): LogFields {
  if (!types.isNativeError(error)) return { error: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  const cause = types.isNativeError(error.cause) ? error.cause.message : undefined;
  return { error: error.message, errorCode: code, cause, stack: error.stack };
}
