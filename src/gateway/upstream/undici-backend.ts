import type * as Undici from 'undici';
import type { buildConnector, Dispatcher, Pool } from 'undici';
import { lazily, requirePackage } from '../../kernel/lazy-package.js';
import { toStream } from '../body/index.js';
import { type ConnectRules, hostOf, portOf } from './connector.js';
import type { Backend, BackendDispatch, DispatchHandler } from './sockets/backend.js';
import type { BackendLimits } from './sockets/socket-backend.js';

const MAX_RESPONSE_HEADER_BYTES = 64 * 1024;

/** Loaded with the first backend: a gateway whose engine is `sockets` starts without it. */
const undici = lazily(() => requirePackage('undici') as typeof Undici);

/** The connections to the backend at one origin, read and written by undici. */
export class UndiciBackend implements Backend {
  private readonly pool: Pool;

  constructor(origin: string, rules: ConnectRules, { maxConnections, keepAliveMs }: BackendLimits) {
    const { Pool } = undici();
    this.pool = new Pool(origin, {
      connect: undiciConnector(rules),
      connections: maxConnections,
      keepAliveTimeout: keepAliveMs,
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
  }

  dispatch({ headers, body, ...request }: BackendDispatch, handler: DispatchHandler): void {
    // The call has a time of its own.
    const times = { headersTimeout: 0, bodyTimeout: 0 };
    const options = { ...request, ...times, headers: [...headers], body: body && toStream(body) };
    this.pool.dispatch(options, handler as Dispatcher.DispatchHandler);
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  destroy(): Promise<void> {
    return this.pool.destroy();
  }
}

/** Makes connections by the rules for undici. */
function undiciConnector(rules: ConnectRules): buildConnector.connector {
  const { timeoutMs: timeout, secureContext, lookup } = rules;
  const connect = undici().buildConnector({
    timeout,
    secureContext,
    lookup,
    rejectUnauthorized: true,
    autoSelectFamily: true,
  });
  return (options, callback) => {
    const refusal = rules.refusal(hostOf(options), portOf(options));
    if (refusal) callback(refusal, null);
    else connect(options, callback);
  };
}
