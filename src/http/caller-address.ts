import type { FastifyRequest } from 'fastify';
import { type AddressSet, plainAddress } from '../kernel/addresses.js';
import { clientAddress } from '../kernel/client-address.js';

/** The address that a call comes from: past proxies that are trusted, else the connection's. */
export function callerAddress({ headers, socket }: FastifyRequest, trustedProxies: AddressSet): string {
  const peer = plainAddress(socket.remoteAddress ?? '');
  const forwardedFor = headers['x-forwarded-for'];
  const text = Array.isArray(forwardedFor) ? forwardedFor.join(',') : (forwardedFor ?? null);
  return clientAddress(peer, text, trustedProxies) ?? peer;
}
