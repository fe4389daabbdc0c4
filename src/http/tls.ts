import { readFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import type { TlsFiles } from './settings.js';

/**
 * How everything is served over TLS. Where gateways have to show a certificate everybody is asked for one and nobody is
 * turned away without: who calls the management API has none. Who must have one is the guards' matter.
 * @throws Error that names a file which cannot be read.
 */
export function tlsOptions({ certFile, keyFile, clientCaFile }: TlsFiles): ServerOptions {
  return {
    minVersion: 'TLSv1.2',
    cert: read('TLS_CERT_FILE', certFile),
    key: read('TLS_KEY_FILE', keyFile),
    ...(clientCaFile === undefined
      ? {}
      : { ca: read('TLS_CLIENT_CA_FILE', clientCaFile), requestCert: true, rejectUnauthorized: false }),
  };
}

function read(variable: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Error(`${variable}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
