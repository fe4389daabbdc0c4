import { beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { readShared } from '../../src/gateway/engine/sockets/read-shared.js';
import { call, rawExchange, STAGE_HOST } from './support/client.js';
import { itOnSockets } from './support/engines.js';
import { httpRoute, pathOf } from './support/snapshots.js';
import { useBackend, useGateway } from './support/suite.js';

const CLIENTS = 50;
/** Bytes of a body: less than a read takes, and more than one. */
const SIZES = [10_000, 200_000];

const gateway = useGateway();
const backend = useBackend();

beforeAll(async () => {
  await gateway().deploy([pathOf('/upload', [httpRoute('POST', backend().url, '/')])]);
});

/** The first byte of a body says which ones all others are. */
const bodyOf = (client: number, bytes: number): Buffer => Buffer.alloc(bytes, client + 1);
const isUnmixed = (body: Buffer): boolean => body.every((byte) => byte === body[0]);

describe('memory that connections share', () => {
  // No connection to the backend is open: every body waits for one while the others come.
  it.each(SIZES)('mixes no bodies of %i bytes that fifty clients send at once', async (bytes) => {
    const clients = Array.from({ length: CLIENTS }, (_none, client) => client);
    const calls = clients.map((client) =>
      call(gateway().port, '/upload', { method: 'POST', body: bodyOf(client, bytes) }),
    );
    const answers = await Promise.all(calls);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const bodies = backend().received.map(({ body }) => body);
    expect(bodies.filter((body) => body.length === bytes && isUnmixed(body))).toHaveLength(CLIENTS);
    expect(new Set(bodies.map((body) => body[0])).size).toBe(CLIENTS);
  });

  it('keeps what a client sends ahead while others send', async () => {
    const head = (name: string): string =>
      `POST /upload HTTP/1.1\r\nHost: ${STAGE_HOST}\r\nContent-Length: 9000\r\n${name}\r\n`;
    const texts = Array.from({ length: CLIENTS }, (_none, client) => {
      const letter = String.fromCharCode(0x41 + client);
      return head('') + letter.repeat(9_000) + head('Connection: close\r\n') + letter.repeat(9_000);
    });
    const answers = await Promise.all(texts.map((text) => rawExchange(gateway().port, text)));
    expect(answers.filter((answer) => answer.split('HTTP/1.1 200').length === 3)).toHaveLength(CLIENTS);
    const bodies = backend().received.map(({ body }) => body);
    const letters = bodies.filter((body) => body.length === 9_000 && isUnmixed(body)).map((body) => body[0]);
    // Of each client both, and nobody else's in their place.
    expect(letters.toSorted((one, other) => (one ?? 0) - (other ?? 0))).toEqual(
      texts.flatMap((_text, client) => [0x41 + client, 0x41 + client]),
    );
  });

  itOnSockets('is used by this version of Node, as decision 23 has it', async () => {
    const accepted: boolean[] = [];
    const texts: string[] = [];
    const server = createServer((socket: Socket) => {
      accepted.push(readShared(socket, (bytes) => texts.push(bytes.toString())));
      socket.on('end', () => socket.end());
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.end('hello');
    socket.resume();
    await once(socket, 'close');
    server.close();
    expect([accepted, texts.join('')]).toEqual([[true], 'hello']);
  });

  itOnSockets('is done without where Node keeps its option in another way', () => {
    const listeners: string[] = [];
    const unknown = { on: (event: string) => listeners.push(event) } as unknown as Socket;
    expect(readShared(unknown, () => undefined)).toBe(false);
    expect(listeners).toEqual(['data']);
  });
});
