import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Whether the other side has shown a certificate that was verified. `authorized` alone does not say so: a client that
 * shows none and resumes its session of TLS 1.3 counts as authorized.
 */
export function hasClientCertificate(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.authorized && Object.keys(socket.getPeerCertificate()).length > 0;
}
