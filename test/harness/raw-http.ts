import { connect } from 'node:net';
import type { ApiAnswer } from './api.js';

/** What a server sends on a connection until it closes it, after it was sent these bytes. */
export async function rawExchangeWith(url: string, sent: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.on('end', () => socket.end());
    socket.write(sent);
  });
  return Buffer.concat(chunks).toString('utf8');
}

/** The one answer that a server gives to these bytes before it closes the connection. */
export async function answerOfRaw(url: string, sent: string | Buffer): Promise<ApiAnswer & { head: string }> {
  const text = await rawExchangeWith(url, sent);
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
  const end = text.indexOf('\r\n\r\n');
  if (status === undefined || end < 0) throw new Error(`No answer: ${JSON.stringify(text)}`);
  return { status: Number(status), body: JSON.parse(text.slice(end + 4)), head: text.slice(0, end) };
}
