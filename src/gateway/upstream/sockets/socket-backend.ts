import { isIP, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { Backend, BackendDispatch, DispatchHandler } from './backend.js';
import { BackendConnection, type ConnectionOwner, type PendingCall } from './backend-connection.js';

/** Limits of the connections to one backend. */
export interface BackendLimits {
  readonly maxConnections: number;
  /** How long a connection without a request is kept. */
  readonly keepAliveMs: number;
}

/** The connections to the backend at one origin, read and written by ourselves. */
export class SocketBackend implements Backend, ConnectionOwner {
  private readonly url: URL;
  private readonly all = new Set<BackendConnection>();
  /** The last one used is the first to be used again. */
  private readonly idle: BackendConnection[] = [];
  private readonly waiting: PendingCall[] = [];
  private connecting = 0;
  private isClosed = false;
  private readonly emptied: (() => void)[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    origin: string,
    private readonly connect: buildConnector.connector,
    private readonly limits: BackendLimits,
  ) {
    this.url = new URL(origin);
    this.timer = setInterval(() => this.endOldConnections(), Math.max(1, limits.keepAliveMs / 3));
    this.timer.unref();
  }

  dispatch(request: BackendDispatch, handler: DispatchHandler): void {
    const call = { request, handler };
    const connection = this.takeIdle();
    if (connection) connection.start(call);
    else {
      this.waiting.push(call);
      // One for each that waits: who is free first takes the first of them.
      if (this.connecting < this.waiting.length && this.all.size + this.connecting < this.limits.maxConnections)
        this.open();
    }
  }

  close(): Promise<void> {
    this.isClosed = true;
    for (const connection of this.idle.splice(0)) connection.destroy();
    return this.whenEmpty();
  }

  destroy(): Promise<void> {
    this.isClosed = true;
    for (const connection of this.all) connection.destroy();
    for (const call of this.waiting.splice(0)) call.handler.onResponseError(null, new Error('the backend is given up'));
    return this.whenEmpty();
  }

  free(connection: BackendConnection): void {
    const call = this.waiting.shift();
    if (call) connection.start(call);
    else if (this.isClosed) connection.destroy();
    else this.idle.push(connection);
  }

  gone(connection: BackendConnection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.waiting.length > this.connecting && this.all.size + this.connecting < this.limits.maxConnections)
      this.open();
    this.settle();
  }

  private takeIdle(): BackendConnection | null {
    const oldestMs = performance.now() - this.limits.keepAliveMs;
    for (;;) {
      const connection = this.idle.pop();
      if (!connection) return null;
      if (connection.isUsable && connection.idleSinceMs > oldestMs) return connection;
      connection.destroy();
    }
  }

  private open(): void {
    this.connecting += 1;
    const { host, protocol, port } = this.url;
    const hostname = this.url.hostname.replace(/^\[|\]$/g, '');
    // Certificates name hosts; an address is none (RFC 6066, 3).
    const servername = protocol === 'https:' && isIP(hostname) === 0 ? { servername: hostname } : {};
    this.connect({ hostname, host, protocol, port, ...servername }, (error, socket) => {
      this.connecting -= 1;
      if (socket) this.connected(socket as Socket);
      // Whoever waits longest hears of it; others may still find a connection.
      else this.waiting.shift()?.handler.onResponseError(null, error ?? new Error('no connection'));
      this.settle();
    });
  }

  private connected(socket: Socket): void {
    const connection = new BackendConnection(socket, this.url.host, this);
    this.all.add(connection);
    this.free(connection);
  }

  private endOldConnections(): void {
    const oldestMs = performance.now() - this.limits.keepAliveMs;
    for (const connection of [...this.idle]) if (connection.idleSinceMs < oldestMs) connection.destroy();
  }

  private whenEmpty(): Promise<void> {
    return new Promise((resolve) => {
      this.emptied.push(resolve);
      this.settle();
    });
  }

  private settle(): void {
    if (!this.isClosed || this.all.size + this.connecting + this.waiting.length > 0) return;
    clearInterval(this.timer);
    for (const resolve of this.emptied.splice(0)) resolve();
  }
}
