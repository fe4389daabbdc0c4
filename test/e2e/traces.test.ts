import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Api, Json } from '../harness/api.js';
import { type EchoBackend, startEchoBackend } from '../harness/backend.js';
import { httpDocument } from '../harness/documents.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CLIENT_SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/;

/** A collector of traces, played by the test: keeps every span that it is sent, with the name of the service. */
class Collector {
  readonly spans: Json[] = [];
  /** Whether it takes connections and says nothing. */
  isSilent = false;
  private readonly server = http.createServer((request, answer) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      if (this.isSilent) return;
      if (request.url === '/v1/traces') this.take(JSON.parse(text));
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  async listen(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Waits for the spans of a trace, as many as given. */
  async trace(traceId: string, count: number): Promise<Json[]> {
    for (const deadline = Date.now() + 20_000; ; await delay(50)) {
      const found = this.spans.filter((span) => span.traceId === traceId);
      if (found.length >= count) return found;
      if (Date.now() > deadline) throw new Error(`${found.length} of ${count} spans came`);
    }
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private take({ resourceSpans }: Json): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = valueOf(resource.attributes, 'service.name');
      for (const { spans } of scopeSpans) this.spans.push(...spans.map((span: Json) => ({ ...span, service })));
    }
  }
}

function valueOf(attributes: Json[], key: string): unknown {
  const value = attributes.find((one) => one.key === key)?.value;
  return value?.stringValue ?? value?.intValue;
}

let collector: Collector;
let stack: PrivateStack;
let backend: EchoBackend;
let api: Api;
let host: string;

beforeAll(async () => {
  collector = new Collector();
  await collector.listen();
  backend = await startEchoBackend();
  stack = await startPrivateStack({
    variables: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100' },
  });
  api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, httpDocument());
  const { stageId, stageUrl } = await api.createStage(serviceId, backend.url);
  host = stageUrl;
  await api.deploy(serviceId, stageId);
});

afterAll(async () => {
  await stack.stop();
  await backend.close();
  collector.close();
});

beforeEach(() => {
  collector.isSilent = false;
  backend.seen.length = 0;
});

describe('a request to a stage', () => {
  it('goes on in the trace of its client, through the gateway to the backend', async () => {
    const headers = { traceparent: `00-${TRACE_ID}-${CLIENT_SPAN_ID}-01`, tracestate: 'vendor=1' };
    const answer = await api.request(host, 'GET', '/items/7', { headers });
    const spans = await collector.trace(TRACE_ID, 2);
    const server = spans.find(({ kind }) => kind === 2);
    const client = spans.find(({ kind }) => kind === 3);
    expect([server.parentSpanId, client.parentSpanId]).toEqual([CLIENT_SPAN_ID, server.spanId]);
    expect([server.service, valueOf(server.attributes, 'http.route')]).toEqual([
      'gatewright-gateway',
      '/items/{itemId}',
    ]);
    expect(valueOf(server.attributes, 'gatewright.request_id')).toBe(answer.headers['x-request-id']);
    expect(Number(valueOf(server.attributes, 'http.response.status_code'))).toBe(200);
    const sent = backend.seen[0]?.headers ?? {};
    expect(sent['traceparent']).toBe(`00-${TRACE_ID}-${client.spanId}-01`);
    expect(sent['tracestate']).toBe('vendor=1');
  });

  it('begins a trace where the client has begun none, or one that cannot be read', async () => {
    const headings: Record<string, string>[] = [
      {},
      { traceparent: 'nonsense' },
      { traceparent: `00-${'0'.repeat(32)}-${CLIENT_SPAN_ID}-01` },
    ];
    for (const headers of headings) {
      backend.seen.length = 0;
      await api.request(host, 'GET', '/items', { headers });
      const [, traceId = ''] = TRACEPARENT.exec(String(backend.seen[0]?.headers['traceparent'])) ?? [];
      const spans = await collector.trace(traceId, 2);
      expect(spans.find(({ kind }) => kind === 2)).not.toHaveProperty('parentSpanId');
    }
  });

  it('is told with its failure, and without a call to a backend', async () => {
    const traceId = '1'.repeat(32);
    await api.request(host, 'GET', '/nowhere', { headers: { traceparent: `00-${traceId}-${CLIENT_SPAN_ID}-01` } });
    const [span, ...others] = await collector.trace(traceId, 1);
    expect(Number(valueOf(span.attributes, 'gatewright.error_code'))).toBe(4041007);
    expect(others).toEqual([]);
  });
});

describe('a call of the management API', () => {
  it('goes on in the trace of its caller, by its route and never by its URL', async () => {
    const traceId = '2'.repeat(32);
    await api.call('GET', '/services', undefined, { traceparent: `00-${traceId}-${CLIENT_SPAN_ID}-01` });
    const [span] = await collector.trace(traceId, 1);
    expect(span).toMatchObject({
      service: 'gatewright-control-plane',
      name: 'GET /v1.0/appkeys/:appKey/services',
      parentSpanId: CLIENT_SPAN_ID,
    });
    expect(JSON.stringify(collector.spans)).not.toContain(api.appKey);
  });
});

describe('traces', () => {
  it('hurt nobody when the collector is silent, and do not hold up the end', async () => {
    collector.isSilent = true;
    const { OTEL_BSP_SCHEDULE_DELAY } = stack.variables;
    const gateway = await stack.startGateway({ OTEL_BSP_SCHEDULE_DELAY: OTEL_BSP_SCHEDULE_DELAY ?? '100' });
    for (let call = 0; call < 20; call += 1) {
      expect((await api.request(host, 'GET', '/items', { port: gateway.port })).status).toBe(200);
    }
    const began = Date.now();
    expect(await gateway.stop()).toBe(0);
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('are not made without an endpoint: what a client says of its own goes through as it came', async () => {
    const gateway = await stack.startGateway({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    const traceparent = `00-${'3'.repeat(32)}-${CLIENT_SPAN_ID}-01`;
    await api.request(host, 'GET', '/items', { port: gateway.port, headers: { traceparent } });
    expect(backend.seen[0]?.headers['traceparent']).toBe(traceparent);
    await api.request(host, 'GET', '/items', { port: gateway.port });
    expect(backend.seen[1]?.headers).not.toHaveProperty('traceparent');
  });
});
