import * as z from 'zod';
import { parseAddressSet } from './addresses.js';
import { parsePortList } from './ports.js';

const LAST_PORT = 65_535;

/** A variable that is a TCP port; `first` 0 lets the operating system choose one. */
export function portVariable(first: 0 | 1) {
  const words = `must be a port from ${first} to ${LAST_PORT}`;
  return z.coerce.number(words).int(words).min(first, words).max(LAST_PORT, words);
}

/** A variable that lists ports and ranges of ports; read as the test whether a port is in it. */
export const portListVariable = z.string().transform((text, context) => {
  const includes = parsePortList(text);
  if (includes) return includes;
  context.addIssue({ code: 'custom', message: 'must be ports and ranges like 80,443,10000-12000' });
  return z.NEVER;
});

/** A variable that lists addresses and CIDRs; read as a set of them. */
export const addressesVariable = z.string().transform((text, context) => {
  const set = parseAddressSet(text);
  if (set) return set;
  context.addIssue({ code: 'custom', message: 'must be addresses or CIDRs, parted by commas' });
  return z.NEVER;
});

/** How much is logged, the most first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
/** LOG_LEVEL. */
export const logLevelVariable = z.enum(logLevels).default('info');

/** OTEL_EXPORTER_OTLP_ENDPOINT. */
export const otlpEndpointVariable = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).optional();

/** METRICS_TOKEN. */
export const metricsTokenVariable = z.string().min(16, 'must have at least 16 characters').optional();

/** Ports that backends may have unless an installation says otherwise. Source: the console guide. */
export const STANDARD_UPSTREAM_PORTS = '80,443,10000-12000';

/**
 * Reads settings from environment variables; empty ones count as absent.
 * @throws Error that names every bad variable and what it should be.
 */
export function parseEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.output<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given, { error: plainWords });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Bad settings in the environment. ${faults.join('; ')}`);
}

/** For schemas without words of their own; undefined leaves the words to zod. */
function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  return issue.input === undefined ? 'must be set' : `must be a ${issue.expected}`;
}
