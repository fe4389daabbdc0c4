import { isIP } from 'node:net';
import { type AddressSet, plainAddress } from './addresses.js';

/**
 * The address of the client: the peer's, or, behind a trusted proxy, the right-most entry of X-Forwarded-For
 * that is no trusted proxy itself (the left-most when all are). Null when an entry on the way cannot be read.
 */
export function clientAddress(peer: string, forwardedFor: string | null, trusted: AddressSet): string | null {
  if (forwardedFor === null || !trusted.has(peer)) return peer;
  let address = peer;
  for (const entry of forwardedFor.split(',').toReversed()) {
    const read = readEntry(entry.trim());
    if (read === null) return null;
    address = read;
    if (!trusted.has(address)) break;
  }
  return address;
}

const BRACKETED = /^\[([^\]]+)\](?::\d{1,5})?$/;
const WITH_PORT = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/;

/** Some proxies write the port too: `10.0.0.1:4711`, `[2001:db8::1]:4711`. */
function readEntry(entry: string): string | null {
  const address = BRACKETED.exec(entry)?.[1] ?? WITH_PORT.exec(entry)?.[1] ?? entry;
  return isIP(address) === 0 ? null : plainAddress(address);
}
