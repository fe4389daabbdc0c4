import type { Socket } from 'node:net';
import { LINGER_MS } from './listening.js';

/** Ends a connection behind what has been written and this text, in Latin-1; closed at once, what is unread could take it along. */
export function endSoon(socket: Socket, text = ''): void {
  socket.end(text, 'latin1');
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
