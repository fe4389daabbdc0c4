/** What a request says of the trace that it belongs to (W3C Trace Context). */
export interface TraceHeaders {
  readonly traceparent: string | null;
  readonly tracestate: string | null;
}

/** Facts of a span, by the names of OpenTelemetry's conventions. */
export type SpanFacts = Readonly<Record<string, string | number>>;

/** A piece of work in a trace. */
export interface Span {
  /** Headers that continue the trace from here: name, value, name, value. */
  headers(): string[];
  /** A call that is made for this piece of work. */
  child(name: string, facts: SpanFacts): Span;
  note(facts: SpanFacts): void;
  /** Ends it with an HTTP status; null: without one. Once is enough. */
  end(status: number | null): void;
}

/** Makes spans and sends them away. */
export interface Tracing {
  /** A piece of work for somebody else, who may have begun the trace; a broken `traceparent` counts as none. */
  begin(name: string, headers: TraceHeaders, facts: SpanFacts): Span;
  /** Sends what is left, as far as that can be done in a moment. */
  close(): Promise<void>;
}

/**
 * Opens the sending of traces to an OTLP endpoint (`http://host:4318`); null without one. The packages for it are loaded
 * only then. The other variables of OpenTelemetry (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, …)
 * hold as it defines them.
 */
export async function openTracing(serviceName: string, endpoint: string | undefined): Promise<Tracing | null> {
  if (endpoint === undefined) return null;
  const { OtlpTracing } = await import('./otlp-tracing.js');
  return new OtlpTracing(serviceName, endpoint);
}
