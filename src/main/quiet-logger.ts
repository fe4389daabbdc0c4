import { ConsoleLogger } from '@nestjs/common';

/** Parts of Nest that tell every route and module at each start. */
const NOISE = new Set(['InstanceLoader', 'NestApplication', 'NestFactory', 'RouterExplorer', 'RoutesResolver']);

/** Nest's logger without the chatter of its start; JSON lines where nobody watches a terminal. */
export class QuietLogger extends ConsoleLogger {
  constructor() {
    super({ json: !process.stdout.isTTY, logLevels: ['log', 'warn', 'error', 'fatal'] });
  }

  override log(message: unknown, ...rest: unknown[]): void {
    if (!NOISE.has(String(rest.at(-1)))) super.log(message, ...rest);
  }
}
