export { openTracing, type Span, type SpanFacts, type TraceHeaders, type Tracing } from './tracing.js';
