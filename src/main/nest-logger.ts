import type { LoggerService } from '@nestjs/common';
import { types } from 'node:util';
import type { ProcessLogger } from '../kernel/logging.js';

/** Parts of Nest that tell every route and module at each start. */
const NOISE = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What Nest and our own services log, as lines of the process's logger; without the chatter of Nest's start. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: ProcessLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    if (!NOISE.has(String(rest.at(-1)))) this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest gives what else there is to say, and the name of who says it behind that. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const [detail] = rest.slice(0, -1);
    const fields = { context: rest.at(-1), ...detailFields(detail) };
    if (typeof message === 'object' && message !== null) this.logger[level]({ ...fields, ...message });
    else this.logger[level](fields, String(message));
  }
}

function detailFields(detail: unknown): object {
  if (detail === undefined) return {};
  if (!types.isNativeError(detail)) return { detail: typeof detail === 'string' ? detail : JSON.stringify(detail) };
  const cause = types.isNativeError(detail.cause) ? detail.cause.message : undefined;
  return { error: detail.message, errorCode: (detail as NodeJS.ErrnoException).code, cause, stack: detail.stack };
}
