import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Whether a TCP port can be listened on at `host` right now; port 0 always can.
 * @throws Error for any other reason than a port in use, such as a port that needs privileges.
 */
export async function isPortFree(port: number, host: string): Promise<boolean> {
  try {
    await listenOnce(port, host);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/** A TCP port that nobody listens on at `host`, chosen by the operating system. */
export async function findFreePort(host: string): Promise<number> {
  return listenOnce(0, host);
}

async function listenOnce(port: number, host: string): Promise<number> {
  const server = createServer();
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error(`No TCP address at ${host}`);
  return address.port;
}
