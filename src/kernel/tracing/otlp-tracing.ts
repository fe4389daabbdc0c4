import { setTimeout as delay } from 'node:timers/promises';
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Span, SpanFacts, TraceHeaders, Tracing } from './tracing.js';

/** How long the end of a process waits for the last spans. */
const CLOSE_MS = 2_000;
const SEND_TIMEOUT_MS = 5_000;
const FIRST_FAILURE_STATUS = 500;

const propagator = new W3CTraceContextPropagator();

/** Sends spans over OTLP, in batches beside the work; what cannot be sent is dropped. */
export class OtlpTracing implements Tracing {
  private readonly provider: BasicTracerProvider;
  private readonly tracer: Tracer;

  constructor(serviceName: string, endpoint: string) {
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const exporter = new OTLPTraceExporter({ url, timeoutMillis: SEND_TIMEOUT_MS });
    const name = process.env['OTEL_SERVICE_NAME'] ?? serviceName;
    this.provider = new BasicTracerProvider({
      resource: defaultResource().merge(resourceFromAttributes({ 'service.name': name })),
      spanProcessors: [new BatchSpanProcessor(exporter)],
    });
    this.tracer = this.provider.getTracer('gatewright');
  }

  begin(name: string, { traceparent, tracestate }: TraceHeaders, facts: SpanFacts): Span {
    const carrier = {
      ...(traceparent === null ? {} : { traceparent }),
      ...(tracestate === null ? {} : { tracestate }),
    };
    const context = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    const span = this.tracer.startSpan(name, { kind: SpanKind.SERVER, attributes: { ...facts } }, context);
    return new OtlpSpan(this.tracer, span, trace.setSpan(context, span));
  }

  async close(): Promise<void> {
    await Promise.race([this.provider.shutdown().catch(() => undefined), delay(CLOSE_MS, undefined, { ref: false })]);
  }
}

class OtlpSpan implements Span {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: OtelSpan,
    private readonly context: Context,
  ) {}

  headers(): string[] {
    const carrier: Record<string, string> = {};
    propagator.inject(this.context, carrier, defaultTextMapSetter);
    return Object.entries(carrier).flat();
  }

  child(name: string, facts: SpanFacts): Span {
    const span = this.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: { ...facts } }, this.context);
    return new OtlpSpan(this.tracer, span, trace.setSpan(this.context, span));
  }

  note(facts: SpanFacts): void {
    this.span.setAttributes({ ...facts });
  }

  end(status: number | null): void {
    if (status !== null) this.span.setAttribute('http.response.status_code', status);
    if (status === null || status >= FIRST_FAILURE_STATUS) this.span.setStatus({ code: SpanStatusCode.ERROR });
    if (this.span.isRecording()) this.span.end();
  }
}
