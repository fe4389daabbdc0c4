import type { Socket } from 'node:net';
import type { ConnectRules } from '../connector.js';
import { type Backend, type BackendDispatch, type DispatchHandler } from './backend.js';
import { BackendConnection, type ConnectionOwner, type PendingCall } from './backend-connection.js';
import { Connector } from './connect.js';

/** Limits of the connections to one backend. */
export interface BackendLimits {
  readonly maxConnections: number;
  /** How long a connection without a request is kept. */
  readonly keepAliveMs: number;
}

/** So few requests that wait are not looked through for those that were given up. */
const MIN_PRUNED = 1_024;

/** The connections to the backend at one origin, read and written by ourselves. */
export class SocketBackend implements Backend, ConnectionOwner {
  private readonly host: string;
  private readonly connector: Connector;
  private readonly all = new Set<BackendConnection>();
  /** The last one used is the first to be used again. */
  private readonly idle: BackendConnection[] = [];
  private waiting: PendingCall[] = [];
  private pruneAt = MIN_PRUNED;
  private connecting = 0;
  private isClosed = false;
  private readonly emptied: (() => void)[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(
    origin: string,
    rules: ConnectRules,
    private readonly limits: BackendLimits,
  ) {
    const url = new URL(origin);
    this.host = url.host;
    this.connector = new Connector(url, rules);
    this.timer = setInterval(() => this.endOldConnections(), Math.max(1, limits.keepAliveMs / 3));
    this.timer.unref();
  }

  dispatch(request: BackendDispatch, handler: DispatchHandler): void {
    const connection = this.takeIdle();
    const call = { request, handler };
    if (connection) {
      if (!connection.start(call)) this.free(connection);
      return;
    }
    this.waiting.push(call);
    if (this.waiting.length >= this.pruneAt) this.prune();
    this.openAsNeeded();
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
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) if (connection.start(call)) return;
    if (this.isClosed) connection.destroy();
    else this.idle.push(connection);
  }

  gone(connection: BackendConnection): void {
    this.all.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    this.openAsNeeded();
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

  /** One connection for each that waits, within the limit: who is free first takes the first of them. */
  private openAsNeeded(): void {
    const { maxConnections } = this.limits;
    while (this.connecting < this.waiting.length && this.all.size + this.connecting < maxConnections) this.open();
  }

  /** Drops those that were given up: they would hold memory for as long as all connections are busy. */
  private prune(): void {
    this.waiting = this.waiting.filter(({ handler }) => !handler.isOver);
    this.pruneAt = Math.max(MIN_PRUNED, 2 * this.waiting.length);
  }

  private open(): void {
    this.connecting += 1;
    const connection = new BackendConnection(this.host, this);
    this.connector.connect(
      (bytes) => connection.received(bytes),
      (error, socket) => {
        this.connecting -= 1;
        if (socket) this.connected(connection, socket);
        // Whoever waits longest hears of it; others may still find a connection.
        else this.waiting.shift()?.handler.onResponseError(null, error ?? new Error('no connection'));
        this.openAsNeeded();
        this.settle();
      },
    );
  }

  private connected(connection: BackendConnection, socket: Socket): void {
    connection.attach(socket);
    this.all.add(connection);
    this.free(connection);
  }

  private endOldConnections(): void {
    const oldestMs = performance.now() - this.limits.keepAliveMs;
    const old = this.idle.filter(({ idleSinceMs }) => idleSinceMs < oldestMs);
    for (const connection of old) connection.destroy();
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
