import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { GatewaySettings } from '../../../src/gateway/index.js';
import { type Backend, startBackend, startRawBackend } from './backend.js';
import { startTestGateway, type TestGateway } from './gateway.js';

/** A gateway for all tests of a file; call the result inside a test. */
export function useGateway(settings: Partial<GatewaySettings> = {}): () => TestGateway {
  return useUntilEnd(() => startTestGateway(settings));
}

/** An HTTP backend for all tests of a file; what it has received is forgotten before each test. */
export function useBackend(listener?: RequestListener): () => Backend {
  const backend = useUntilEnd(() => startBackend(listener));
  beforeEach(() => {
    backend().received.length = 0;
  });
  return backend;
}

/** A backend that need not speak HTTP, for all tests of a file. */
export function useRawBackend(onConnection: (socket: Socket) => void): () => Backend {
  return useUntilEnd(() => startRawBackend(onConnection));
}

function useUntilEnd<Resource extends { close(): Promise<void> }>(start: () => Promise<Resource>): () => Resource {
  let resource: Resource | null = null;
  beforeAll(async () => {
    resource = await start();
  });
  afterAll(async () => {
    await resource?.close();
  });
  return () => {
    if (!resource) throw new Error('not started yet');
    return resource;
  };
}
