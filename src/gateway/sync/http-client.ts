import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { SecureContextOptions } from 'node:tls';

/** A request with its whole body. */
export interface WholeRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

/** An answer with its whole body. */
export interface WholeAnswer {
  readonly statusCode: number;
  readonly text: string;
}

/** How long a connection may be silent. */
export interface ClientTimeouts {
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  /** Without a request. */
  readonly keepAliveMs: number;
}

/**
 * Calls one server over kept connections, by what Node itself has: loading undici takes longer than reading the
 * configuration of a gateway, and it would be loaded while the first requests wait.
 */
export class HttpClient {
  private readonly agent: HttpAgent;
  private readonly isSecure: boolean;

  constructor(
    private readonly base: string,
    certificates: SecureContextOptions,
    private readonly timeouts: ClientTimeouts,
  ) {
    const options = { keepAlive: true, timeout: timeouts.keepAliveMs };
    this.isSecure = base.startsWith('https:');
    this.agent = this.isSecure ? new HttpsAgent({ ...options, ...certificates }) : new HttpAgent(options);
  }

  /** Sends a request to a path. @throws Error when no whole answer comes in time, or `signal` aborts */
  send(path: string, { method, headers, body, signal }: WholeRequest): Promise<WholeAnswer> {
    const { headersTimeoutMs, bodyTimeoutMs } = this.timeouts;
    const begin = this.isSecure ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const options = { method, headers: { ...headers }, agent: this.agent, timeout: headersTimeoutMs, signal };
      const sent = begin(this.base + path, options, (answer) => {
        sent.setTimeout(bodyTimeoutMs);
        textOf(answer).then((text) => resolve({ statusCode: answer.statusCode ?? 0, text }), reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('the control plane has been silent for too long')));
      sent.on('error', reject);
      sent.end(body ?? undefined);
    });
  }

  /** Breaks every connection off. */
  close(): void {
    this.agent.destroy();
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
