import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly text: string;
  /** The body as JSON; the test fails when it is none. */
  json(): { header: { isSuccessful: boolean; resultCode: number; resultMessage: string } };
}

export interface Call {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: Buffer | string;
  readonly agent?: Agent;
}

export const STAGE_HOST = 'stage1.api.localhost';

/** Headers of a request whose body comes in chunks, or with a declared length in bytes. */
export const CHUNKED: Record<string, string> = { 'transfer-encoding': 'chunked' };
export const declared = (bytes: number): Record<string, string> => ({ 'content-length': String(bytes) });

/** Sends one request over a connection of its own (or that of `agent`) and reads the answer. Rejects when it is cut off. */
export async function call(
  port: number,
  path: string,
  { method = 'GET', host = STAGE_HOST, headers = {}, body, agent }: Call = {},
): Promise<Answer> {
  const request = httpRequest({
    port,
    host: '127.0.0.1',
    path,
    method,
    headers: { host, ...headers },
    agent: agent ?? new Agent({ keepAlive: false }),
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
  const whole = await buffer(response);
  if (!response.complete) throw new Error('the response was cut off');
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    body: whole,
    text: whole.toString(),
    json: () => JSON.parse(whole.toString()),
  };
}

/** What a path serves: the body of a 200, else the code of the failure. */
export async function servedText(port: number, path: string, host: string): Promise<string> {
  const answer = await call(port, path, { host });
  return answer.status === 200 ? answer.text : String(answer.json().header.resultCode);
}

/** Writes bytes to the gateway and gives all that comes back until the connection ends. */
export async function rawExchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(text, 'latin1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A reset ends the connection as well; what was read before counts.
  socket.on('error', () => socket.destroy());
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}
