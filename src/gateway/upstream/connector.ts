import { lookup, type LookupAddress } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { AddressSet } from '../../kernel/addresses.js';
import { isDenied } from './denied-address.js';
import type { GatewaySettings } from '../settings.js';

/** A backend to which the gateway does not connect, by its settings. `message` says why, without the address. */
export class ConnectionDenied extends Error {
  readonly code = 'GATEWAY_CONNECTION_DENIED';
}

/** What holds for every connection to a backend. */
export interface ConnectRules {
  readonly timeoutMs: number;
  /** TLS 1.2 or later, and the authorities that are believed. */
  readonly secureContext: SecureContext;
  /** Gives no denied address, so that a name cannot hide one. */
  readonly lookup: LookupFunction;
  /** Why no connection may be made to a host (a name, or an address without brackets); null when one may. */
  refusal(host: string, port: number): ConnectionDenied | null;
}

/**
 * Reads the rules from the settings.
 * @throws Error when the file of further authorities cannot be read.
 */
export function connectRules(settings: GatewaySettings): ConnectRules {
  const { upstreamCaFile, deniedUpstreams } = settings;
  const ca = upstreamCaFile ? [...rootCertificates, readFileSync(upstreamCaFile, 'utf8')] : undefined;
  return {
    timeoutMs: settings.upstreamConnectTimeoutMs,
    secureContext: createSecureContext({ minVersion: 'TLSv1.2', ca }),
    lookup: guardedLookup(deniedUpstreams),
    refusal(host, port) {
      if (!settings.isUpstreamPortAllowed(port)) return new ConnectionDenied('port is not allowed');
      if (isIP(host) !== 0 && isDenied(host, deniedUpstreams)) return new ConnectionDenied('address is not allowed');
      return null;
    },
  };
}

/** The port of a URL, or that of its scheme. */
export function portOf({ protocol, port }: { readonly protocol: string; readonly port: string }): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

/** The host of a URL as sockets want it: an IPv6 address without its brackets. */
export function hostOf({ hostname }: { readonly hostname: string }): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function guardedLookup(denied: AddressSet): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const allowed = found.filter(({ address }) => !isDenied(address, denied));
      const [first] = allowed;
      if (!first) return callback(new ConnectionDenied('address is not allowed'), []);
      if (options.all) return callback(null, allowed satisfies LookupAddress[]);
      callback(null, first.address, first.family);
    });
  };
}
