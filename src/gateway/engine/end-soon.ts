import type { Socket } from 'node:net';

/** How long what a client still sends is read from a connection that is going to be closed. */
const LINGER_MS = 2_000;

/** Ends a connection behind what has been written and this text, in Latin-1; closed at once, what is unread could take it along. */
export function endSoon(socket: Socket, text = ''): void {
  socket.end(text, 'latin1');
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
