import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { headerList } from '../../../src/gateway/header-list.js';
import type { DispatchHandler } from '../../../src/gateway/upstream/sockets/backend.js';
import { BackendConnection } from '../../../src/gateway/upstream/sockets/backend-connection.js';

const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
const request = { method: 'GET', path: '/', headers: headerList(), body: null };

let server: Server;
let socket: Socket;
let backend: Socket;
let heard: string[];
let connection: BackendConnection;

beforeEach(async () => {
  // The connection of the test before may end still.
  const own: string[] = [];
  heard = own;
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [backend] = await accepted;
  const owner = { free: () => own.push('free'), gone: () => own.push('gone') };
  connection = new BackendConnection('backend.test', owner);
  connection.attach(socket);
  socket.on('data', (bytes: Buffer) => connection.received(bytes));
});

afterEach(async () => {
  socket.destroy();
  backend.destroy();
  server.close();
  await once(server, 'close');
});

const handler: DispatchHandler = {
  isOver: false,
  onRequestStart: () => undefined,
  onResponseStart: (_control, status) => void heard.push(`head ${status}`),
  onResponseData: (_control, chunk) => void heard.push(`body ${chunk.toString()}`),
  onResponseEnd: () => void heard.push('end'),
  onResponseError: (_control, error) => void heard.push(error.message),
};

describe('what a backend sends', () => {
  it('is the answer of the request that it has got', async () => {
    connection.start({ request, handler });
    const [text] = (await once(backend, 'data')) as [Buffer];
    expect(text.toString()).toBe('GET / HTTP/1.1\r\nHost: backend.test\r\n\r\n');
    backend.write(ANSWER);
    while (!heard.includes('free')) await nextTurn();
    expect(heard).toEqual(['head 200', 'body ok', 'end', 'free']);
  });

  it.each([
    ['without a request', false],
    ['before the request has left, though somebody has asked for it by then', true],
  ])('%s is no answer and ends the connection', async (_when, isAsked) => {
    const gotten: Buffer[] = [];
    backend.on('data', (bytes: Buffer) => void gotten.push(bytes));
    if (isAsked) connection.start({ request, handler });
    connection.received(ANSWER);
    await once(socket, 'close');
    expect(heard).toEqual(isAsked ? ['gone', 'the connection was ended'] : ['gone']);
    expect(gotten).toEqual([]);
  });
});
