import { lookup, type LookupAddress } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { buildConnector } from 'undici';
import type { AddressSet } from '../../kernel/addresses.js';
import { isDenied } from './denied-address.js';
import type { GatewaySettings } from '../settings.js';

/** A backend to which the gateway does not connect, by its settings. `message` says why, without the address. */
export class ConnectionDenied extends Error {
  readonly code = 'GATEWAY_CONNECTION_DENIED';
}

/**
 * Makes connections to backends: allowed ports only, no denied address (checked after name resolution, so that a
 * name cannot hide one), TLS 1.2 or later with verified certificates.
 * @throws Error when the file of further authorities cannot be read.
 */
export function upstreamConnector(settings: GatewaySettings): buildConnector.connector {
  const connect = buildConnector({
    timeout: settings.upstreamConnectTimeoutMs,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ca: settings.upstreamCaFile ? [...rootCertificates, readFileSync(settings.upstreamCaFile, 'utf8')] : undefined,
    autoSelectFamily: true,
    lookup: guardedLookup(settings.deniedUpstreams),
  });
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80));
    const address = options.hostname.replace(/^\[|\]$/g, '');
    if (!settings.isUpstreamPortAllowed(port)) {
      callback(new ConnectionDenied('port is not allowed'), null);
    } else if (isIP(address) !== 0 && isDenied(address, settings.deniedUpstreams)) {
      callback(new ConnectionDenied('address is not allowed'), null);
    } else {
      connect(options, callback);
    }
  };
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
