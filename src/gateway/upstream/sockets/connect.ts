import { isIP, connect as connectPlain, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type ConnectRules, hostOf, portOf } from '../connector.js';

const KEEP_ALIVE_PROBE_MS = 60_000;
const READ_BYTES = 64 * 1024;
/** All connections read into the same memory: what is in it counts until the next read. */
const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES);

/** Makes the connections to one origin, by the rules. TLS sessions are used again. */
export class Connector {
  private session: Buffer | undefined;

  constructor(
    private readonly origin: URL,
    private readonly rules: ConnectRules,
  ) {}

  /**
   * Connects. `onRead` gets what is read, from then on; the bytes change after the call. `onResult` is called
   * once, with the socket or with what went wrong.
   */
  connect(onRead: (bytes: Buffer) => void, onResult: (error: Error | null, socket: Socket | null) => void): void {
    const { origin, rules } = this;
    const [host, port] = [hostOf(origin), portOf(origin)];
    const refusal = rules.refusal(host, port);
    if (refusal) return onResult(refusal, null);
    const socket = this.open(host, port, {
      buffer: readBuffer,
      callback: (bytes) => {
        onRead(readBuffer.subarray(0, bytes));
        return true;
      },
    });
    const finish = (error: Error | null): void => {
      clearTimeout(timer);
      socket.off('error', finish);
      onResult(error, error ? null : socket);
    };
    const timer = setTimeout(() => socket.destroy(new ConnectTimeout('no connection in time')), rules.timeoutMs);
    socket.once('error', finish);
    socket.once(origin.protocol === 'https:' ? 'secureConnect' : 'connect', () => finish(null));
  }

  private open(host: string, port: number, onread: OnReadOpts): Socket {
    const { lookup, secureContext } = this.rules;
    const common = { host, port, lookup, onread, autoSelectFamily: true, noDelay: true };
    const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS };
    if (this.origin.protocol !== 'https:') return connectPlain({ ...common, ...keepAlive });
    // Certificates name hosts; an address is none (RFC 6066, 3).
    const servername = isIP(host) === 0 ? host : undefined;
    const options = { ...common, servername, secureContext, session: this.session, rejectUnauthorized: true };
    const socket = connectTls({ ...options, ALPNProtocols: ['http/1.1'] });
    socket.on('session', (session) => {
      this.session = session;
    });
    return socket;
  }
}

class ConnectTimeout extends Error {
  readonly code = 'ETIMEDOUT';
}
