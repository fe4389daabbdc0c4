export { type Ending, RouteCounter, UsageCounters } from './counters.js';
export { UsageReporter } from './reporter.js';
export { Spool } from './spool.js';
