import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as a backend got it. */
export interface ReceivedRequest {
  readonly method: string;
  /** Target as it came over the wire. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A real HTTP server on 127.0.0.1 that keeps what it received. */
export interface Backend {
  readonly url: string;
  readonly port: number;
  readonly received: ReceivedRequest[];
  /** Connections that are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a backend; without a listener it keeps every request and answers 200 `ok`. */
export async function startBackend(listener?: RequestListener): Promise<Backend> {
  const received: ReceivedRequest[] = [];
  const server = createServer(
    listener ??
      (async (request, response) => {
        // A request that is broken off was not received.
        const body = await buffer(request).catch(() => null);
        if (body === null) return;
        const { method = '', url = '', headers, rawHeaders } = request;
        received.push({ method, url, headers, rawHeaders, body });
        response.end('ok');
      }),
  );
  return { received, ...(await listen(server)), connections: () => connectionsOf(server) };
}

/** Starts a server that does with its connections whatever `onConnection` says, HTTP or not. */
export async function startRawBackend(onConnection: (socket: Socket) => void): Promise<Backend> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  const listening = await listen(server);
  return {
    received: [],
    ...listening,
    connections: () => connectionsOf(server),
    async close() {
      for (const socket of sockets) socket.destroy();
      await listening.close();
    },
  };
}

/** A port on 127.0.0.1 where nobody listens. */
export async function unusedPort(): Promise<number> {
  const backend = await startRawBackend((socket) => socket.destroy());
  await backend.close();
  return backend.port;
}

async function listen(server: Server | TcpServer): Promise<Pick<Backend, 'url' | 'port' | 'close'>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

function connectionsOf(server: TcpServer): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}
