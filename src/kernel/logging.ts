import { pino } from 'pino';
import { ContextValue } from './context.js';
import { logLevels } from './environment.js';

/** A logger of a process: lines of JSON on the standard output. */
export type ProcessLogger = pino.Logger;
/** Fields that every line has that is written while something is done for a call. */
export type LogContext = Readonly<Record<string, string>>;

/**
 * What must not stand in a line, wherever it came from. Nobody logs these on purpose; this is the second net, the test
 * of all logs of a whole run the third.
 */
const SECRET_FIELDS = ['authorization', 'cookie', 'password', 'secret', 'secretKey', 'token', 'apiKey', 'x-nhn-apikey'];
const REDACTED = SECRET_FIELDS.flatMap((name) => [`["${name}"]`, `*["${name}"]`]);

const NO_CONTEXT: LogContext = Object.freeze({});
const context = new ContextValue<LogContext>();

/** Runs something; every line that is logged meanwhile has the fields, after an await too. */
export function withLogContext<Result>(fields: LogContext, run: () => Result): Result {
  return context.run(fields, run);
}

/**
 * The logger of this process, at the level of LOG_LEVEL (an unknown one is the settings' matter to refuse). A control
 * plane writes lines at once: one that ends, or is killed, has written what it has logged, which costs less than to have
 * another thread write. A gateway does have that: no request may wait for who reads its log.
 */
export function newLogger(processName: 'control-plane' | 'gateway', environment = process.env): ProcessLogger {
  const level = logLevels.find((known) => known === environment['LOG_LEVEL']) ?? 'info';
  const options: pino.LoggerOptions = {
    level,
    base: { process: processName },
    messageKey: 'message',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    mixin: () => context.current ?? NO_CONTEXT,
    mixinMergeStrategy: withContext,
    redact: { paths: REDACTED, censor: '[redacted]' },
  };
  return pino(options, pino.destination({ dest: 1, sync: processName === 'control-plane' }));
}

/**
 * A logger that writes the same lines without looking for secrets in them, which takes two thirds of the time of a line.
 * For fields that the code names one by one, and that cannot hold any.
 */
export function withoutRedaction(logger: ProcessLogger): ProcessLogger {
  return logger.child({}, { redact: { paths: [] } });
}

function withContext(fields: object, mixed: object): object {
  return mixed === NO_CONTEXT ? fields : { ...mixed, ...fields };
}
