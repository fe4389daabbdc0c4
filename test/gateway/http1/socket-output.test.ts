import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { writeToHandle } from '../../../src/gateway/http1/handle-writes.js';
import { SocketOutput } from '../../../src/gateway/http1/socket-output.js';

/** More than a connection of the loopback takes while nobody reads. */
const MORE_THAN_A_SOCKET_TAKES = 16 * 1024 * 1024;

let server: Server;
let socket: Socket;
let peer: Socket;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  peer = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [socket] = await accepted;
});

afterEach(async () => {
  socket.destroy();
  peer.destroy();
  server.close();
  await once(server, 'close');
});

/** All that the peer gets until the connection ends. */
async function received(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of peer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('latin1');
}

describe('what is written to a connection', () => {
  it('waits until all that has come in the turn is read, and leaves as one piece', async () => {
    const output = new SocketOutput(socket);
    expect(output.write('first, ')).toBe(true);
    expect(output.writeJoined('second ', Buffer.from('piece'), ', ')).toBe(true);
    expect([socket.bytesWritten, output.unsentBytes]).toEqual([0, 21]);
    await nextTurn();
    expect([socket.bytesWritten, output.unsentBytes]).toEqual([21, 0]);
    expect(String((await once(peer, 'data'))[0])).toBe('first, second piece, ');
  });

  it('does not wait for the end of the turn when much waits', async () => {
    const outputs = Array.from({ length: 100 }, () => new SocketOutput(socket));
    for (const output of outputs) output.write('x');
    expect(socket.bytesWritten).toBe(96);
    await nextTurn();
    expect(socket.bytesWritten).toBe(100);
  });

  it('lets what is written behind it leave in the same turn, however often that happens', async () => {
    let answers = 0;
    const outputs: SocketOutput[] = [];
    const answer = (): void => {
      answers += 1;
      if (answers > 20_000) return;
      const output = outputs[answers % outputs.length];
      output?.write('x');
      output?.tellWhenTaken();
    };
    for (let at = 0; at < 100; at += 1) outputs.push(new SocketOutput(socket, { onTaken: answer }));
    for (let at = 0; at < 100; at += 1) answer();
    peer.resume();
    for (let turn = 0; turn < 2_000 && answers <= 20_000; turn += 1) await nextTurn();
    expect(answers).toBeGreaterThan(20_000);
  });

  it('arrives as it was written, whatever its pieces and turns', async () => {
    const write = fc.record({
      kind: fc.constantFrom('text', 'joined'),
      length: fc.oneof(fc.nat(20), fc.nat(6000), fc.nat(70_000)),
      turn: fc.boolean(),
    });
    const output = new SocketOutput(socket);
    let written = '';
    const all = received();
    await fc.assert(
      fc.asyncProperty(fc.array(write, { maxLength: 12 }), async (writes) => {
        for (const [at, { kind, length, turn }] of writes.entries()) {
          const text = String.fromCharCode(0xc0 + at).repeat(length);
          if (kind === 'text') output.write(text);
          else output.writeJoined('<', Buffer.from(text, 'latin1'), '>');
          written += kind === 'text' ? text : `<${text}>`;
          if (turn) await nextTurn();
        }
      }),
      { numRuns: 40 },
    );
    output.end();
    expect((await all) === written).toBe(true);
  });

  it('leaves before the end of the connection, and before what asks for more room', async () => {
    const output = new SocketOutput(socket);
    const all = received();
    output.write('waits, ');
    output.write('x'.repeat(5000));
    output.write(', and this too');
    output.end();
    expect(await all).toBe(`waits, ${'x'.repeat(5000)}, and this too`);
  });

  it('is dropped when the connection is gone before', async () => {
    const output = new SocketOutput(socket);
    output.write('too late');
    socket.destroy();
    expect(await received()).toBe('');
    expect(output.unsentBytes).toBe(0);
  });

  it('asks who writes to wait while the peer does not read, and says when it takes more', async () => {
    let drains = 0;
    const output = new SocketOutput(socket, { onDrain: () => (drains += 1) });
    expect(output.writeJoined('', Buffer.alloc(MORE_THAN_A_SOCKET_TAKES), '')).toBe(false);
    expect(output.write('short')).toBe(true);
    expect(output.writeJoined('', Buffer.alloc(MORE_THAN_A_SOCKET_TAKES), '')).toBe(false);
    await nextTurn();
    expect(drains).toBe(0);
    peer.resume();
    while (output.unsentBytes > 0) await nextTurn();
    expect(drains).toBeGreaterThan(0);
    expect(output.write('short')).toBe(true);
  });

  it.each([1, 2, 3])(
    'keeps what a piece was when it was given, whatever becomes of its memory (%i at once)',
    async (count) => {
      const output = new SocketOutput(socket);
      const piece = Buffer.alloc(60_000);
      let written = '';
      const all = received();
      for (let at = 0; at < 300; at += 1) {
        piece.fill(at % 256);
        output.writeJoined(`${at}<`, piece, '>');
        written += `${at}<${piece.toString('latin1')}>`;
        piece.fill(0);
        if (at % count === 0) await nextTurn();
      }
      output.end();
      expect((await all) === written).toBe(true);
    },
  );
});

/** Writes small texts, each in a turn of its own, until the system takes no more; gives all of them. */
async function fill(output: SocketOutput): Promise<string> {
  let written = '';
  for (let at = 0; output.writableLength === 0; at += 1) {
    const text = `${at} `.repeat(500);
    output.write(text);
    written += text;
    await nextTurn();
  }
  return written;
}

describe('what is written past the stream of a socket', () => {
  const nobody = { written: () => undefined };

  it('is taken by the system in this version of Node', () => {
    expect(writeToHandle(socket, 'text', nobody)).toBe('TAKEN');
    expect(socket.bytesWritten).toBe(4);
    expect(socket.writableLength).toBe(0);
  });

  it('is refused, and left to the stream, once the socket is destroyed', () => {
    socket.destroy();
    expect(writeToHandle(socket, 'text', nobody)).toBe('REFUSED');
  });

  it('goes on when the system takes more, ahead of what is written behind it', async () => {
    let told = 0;
    const output = new SocketOutput(socket, { onTaken: () => (told += 1) });
    const before = await fill(output);
    // The stream does not know of it.
    expect(socket.writableLength).toBe(0);
    expect(output.unsentBytes).toBeGreaterThan(0);
    output.write('behind it');
    output.tellWhenTaken();
    await nextTurn();
    expect(told).toBe(0);
    const all = received();
    while (told === 0) await nextTurn();
    expect(output.unsentBytes).toBe(0);
    output.write(', and at the end');
    output.end();
    expect(await all).toBe(`${before}behind it, and at the end`);
    expect(told).toBe(1);
  });

  it('is told when nothing was written behind it', async () => {
    let told = 0;
    const output = new SocketOutput(socket, { onTaken: () => (told += 1) });
    await fill(output);
    output.tellWhenTaken();
    expect(told).toBe(0);
    peer.resume();
    while (told === 0) await nextTurn();
    expect(output.unsentBytes).toBe(0);
    expect(told).toBe(1);
  });

  it('gets to the peer although the connection ends behind it', async () => {
    const output = new SocketOutput(socket);
    const before = await fill(output);
    output.end();
    expect(await received()).toBe(before);
  });

  it('is given up when the peer goes away, and the socket hears why', async () => {
    let told = 0;
    const output = new SocketOutput(socket, { onTaken: () => (told += 1) });
    await fill(output);
    output.tellWhenTaken();
    const failed = once(socket, 'error') as Promise<[NodeJS.ErrnoException]>;
    peer.resetAndDestroy();
    const [{ code }] = await failed;
    expect(['ECONNRESET', 'EPIPE']).toContain(code);
    while (output.unsentBytes > 0) await nextTurn();
    expect(told).toBe(0);
  });
});

describe('who asks whether all has been taken', () => {
  /** An output, and how often it has told so. */
  function toldOutput(): { output: SocketOutput; told: () => number } {
    let told = 0;
    return { output: new SocketOutput(socket, { onTaken: () => (told += 1) }), told: () => told };
  }

  it('is told at once when nothing waits', () => {
    const { output, told } = toldOutput();
    output.tellWhenTaken();
    expect(told()).toBe(1);
  });

  it('is told once, and not before the end of the turn in which something was written', async () => {
    const { output, told } = toldOutput();
    output.write('text');
    output.tellWhenTaken();
    expect(told()).toBe(0);
    await nextTurn();
    await nextTurn();
    expect(told()).toBe(1);
  });

  it.each([
    ['a connection that goes on', (output: SocketOutput) => output.write(' ')],
    ['a connection that ends', (output: SocketOutput) => output.end()],
  ])('is not told on %s before the peer has read', async (_name, then) => {
    const { output, told } = toldOutput();
    output.writeJoined('', Buffer.alloc(MORE_THAN_A_SOCKET_TAKES), '');
    then(output);
    output.tellWhenTaken();
    await nextTurn();
    expect(told()).toBe(0);
    const all = received();
    if (!socket.writableEnded) {
      while (told() === 0) await nextTurn();
      output.end();
    }
    await all;
    expect(told()).toBe(1);
  });
});
