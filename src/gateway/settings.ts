import * as z from 'zod';
import { type AddressSet, remembering } from '../kernel/addresses.js';
import {
  addressesVariable,
  logLevelVariable,
  metricsTokenVariable,
  otlpEndpointVariable,
  parseEnvironment,
  portListVariable,
  portVariable,
  STANDARD_UPSTREAM_PORTS,
} from '../kernel/environment.js';
import { MAX_BODY_BYTES } from './limits.js';

/** What reads and writes HTTP in a gateway. */
export const engines = ['node', 'sockets'] as const;

const milliseconds = z.coerce.number().int().min(1).max(3_600_000);
const variables = z.object({
  LOG_LEVEL: logLevelVariable,
  METRICS_TOKEN: metricsTokenVariable,
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpointVariable,
  GATEWAY_PORT: portVariable(0).default(8080),
  GATEWAY_HOST: z.string().default('0.0.0.0'),
  GATEWAY_ENGINE: z.enum(engines).default('sockets'),
  GATEWAY_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, - or _')
    .optional(),
  CONTROL_PLANE_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).default('http://127.0.0.1:3000'),
  GATEWAY_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  GATEWAY_TOKEN_FILE: z.string().optional(),
  CONTROL_PLANE_CA_FILE: z.string().optional(),
  CONTROL_PLANE_CERT_FILE: z.string().optional(),
  CONTROL_PLANE_KEY_FILE: z.string().optional(),
  GATEWAY_REGION: z
    .string()
    .regex(/^[A-Z0-9]{1,10}$/, 'must be a name like KR1')
    .default('KR1'),
  DATA_DIR: z.string().default('.data'),
  COUNTER_STORE_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis(s)://… URL' }).optional(),
  TRUSTED_PROXIES: addressesVariable.prefault(''),
  ALLOWED_UPSTREAM_PORTS: portListVariable.prefault(STANDARD_UPSTREAM_PORTS),
  DENIED_UPSTREAM_CIDRS: addressesVariable.prefault('169.254.0.0/16,fe80::/10'),
  UPSTREAM_TIMEOUT_MS: milliseconds.default(60_000),
  UPSTREAM_CONNECT_TIMEOUT_MS: milliseconds.default(10_000),
  UPSTREAM_BREAKER_FAILURES: z.coerce.number().int().min(1).max(1000).default(5),
  UPSTREAM_BREAKER_OPEN_MS: milliseconds.default(10_000),
  UPSTREAM_CA_FILE: z.string().optional(),
  MAX_HELD_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(MAX_BODY_BYTES)
    .default(256 * 1024 * 1024),
  CLIENT_HEADERS_TIMEOUT_MS: milliseconds.default(15_000),
  CLIENT_REQUEST_TIMEOUT_MS: milliseconds.default(120_000),
  CLIENT_IDLE_TIMEOUT_MS: milliseconds.default(65_000),
  SHUTDOWN_TIMEOUT_MS: milliseconds.default(30_000),
  GATEWAY_MAX_CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  USAGE_INTERVAL_MS: milliseconds.default(10_000),
});

/** A fault of variables that belong together is told beside those of others. */
const always = (): boolean => true;

const settingsSchema = variables
  .refine((values) => values.GATEWAY_TOKEN !== undefined || values.GATEWAY_TOKEN_FILE !== undefined, {
    path: ['GATEWAY_TOKEN'],
    message: 'must be set, or GATEWAY_TOKEN_FILE instead',
    when: always,
  })
  .refine(
    (values) => (values.CONTROL_PLANE_CERT_FILE === undefined) === (values.CONTROL_PLANE_KEY_FILE === undefined),
    {
      path: ['CONTROL_PLANE_KEY_FILE'],
      message: 'must be set when CONTROL_PLANE_CERT_FILE is, and only then',
      when: always,
    },
  );

/** PEM files for calls to the control plane over TLS. */
export interface ControlPlaneFiles {
  /** Authorities that its certificate must be of; undefined: the public ones. */
  readonly caFile: string | undefined;
  /** The gateway's own certificate; both or none. */
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** The settings of a gateway. */
export interface GatewaySettings {
  /** 0 takes a free port. */
  readonly port: number;
  readonly host: string;
  /** What reads and writes HTTP: `node:http` and undici, or our own code on sockets. */
  readonly engine: (typeof engines)[number];
  /** Absent: made once and kept in the data directory. */
  readonly gatewayId: string | undefined;
  readonly controlPlaneUrl: string;
  /** What it shows to the control plane; a file wins, and is read again when the control plane refuses the token. */
  readonly gatewayToken: string | undefined;
  readonly gatewayTokenFile: string | undefined;
  readonly controlPlaneFiles: ControlPlaneFiles;
  readonly regionCode: string;
  readonly dataDir: string;
  /** What readers of the metrics show; absent: only this machine reads them. */
  readonly metricsToken: string | undefined;
  /** Where traces are sent; absent: none are made. */
  readonly otlpEndpoint: string | undefined;
  /** A Valkey or Redis server in which gateways count limits together; absent: each counts alone. */
  readonly counterStoreUrl: string | undefined;
  /** Peers whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: AddressSet;
  readonly isUpstreamPortAllowed: (port: number) => boolean;
  /** Addresses that no backend may have, checked after name resolution. */
  readonly deniedUpstreams: AddressSet;
  /** How long a backend has for its whole response. */
  readonly upstreamTimeoutMs: number;
  readonly upstreamConnectTimeoutMs: number;
  /** Silent requests in a row after which a backend's breaker opens, and how long it stays open. */
  readonly breakerFailures: number;
  readonly breakerOpenMs: number;
  /** PEM file of authorities that are trusted for backends besides the public ones. */
  readonly upstreamCaFile: string | undefined;
  /** Bodies that are held at once because they are checked as a whole. */
  readonly maxHeldBodyBytes: number;
  /** How long a client has to send the head of a request, and all of it. */
  readonly clientHeadersTimeoutMs: number;
  readonly clientRequestTimeoutMs: number;
  /** How long a connection may stay without a request. */
  readonly clientIdleTimeoutMs: number;
  /** How long running requests have to finish at shutdown. */
  readonly shutdownTimeoutMs: number;
  /** Clients' connections at one time; further ones are closed at once. */
  readonly maxConnections: number;
  /** How often counts are stored and sent; what a crash loses of them at most. */
  readonly usageIntervalMs: number;
}

/**
 * Reads the settings; empty variables count as absent.
 * @throws Error that names every bad variable and what it should be.
 */
export function readSettings(environment: NodeJS.ProcessEnv): GatewaySettings {
  return fromVariables(parseEnvironment(settingsSchema, environment));
}

function fromVariables(values: z.output<typeof settingsSchema>): GatewaySettings {
  return {
    port: values.GATEWAY_PORT,
    host: values.GATEWAY_HOST,
    engine: values.GATEWAY_ENGINE,
    gatewayId: values.GATEWAY_ID,
    controlPlaneUrl: values.CONTROL_PLANE_URL,
    gatewayToken: values.GATEWAY_TOKEN,
    gatewayTokenFile: values.GATEWAY_TOKEN_FILE,
    controlPlaneFiles: {
      caFile: values.CONTROL_PLANE_CA_FILE,
      certFile: values.CONTROL_PLANE_CERT_FILE,
      keyFile: values.CONTROL_PLANE_KEY_FILE,
    },
    regionCode: values.GATEWAY_REGION,
    dataDir: values.DATA_DIR,
    metricsToken: values.METRICS_TOKEN,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
    counterStoreUrl: values.COUNTER_STORE_URL,
    trustedProxies: remembering(values.TRUSTED_PROXIES),
    isUpstreamPortAllowed: values.ALLOWED_UPSTREAM_PORTS,
    deniedUpstreams: values.DENIED_UPSTREAM_CIDRS,
    upstreamTimeoutMs: values.UPSTREAM_TIMEOUT_MS,
    upstreamConnectTimeoutMs: values.UPSTREAM_CONNECT_TIMEOUT_MS,
    breakerFailures: values.UPSTREAM_BREAKER_FAILURES,
    breakerOpenMs: values.UPSTREAM_BREAKER_OPEN_MS,
    upstreamCaFile: values.UPSTREAM_CA_FILE,
    maxHeldBodyBytes: values.MAX_HELD_BODY_BYTES,
    clientHeadersTimeoutMs: values.CLIENT_HEADERS_TIMEOUT_MS,
    clientRequestTimeoutMs: values.CLIENT_REQUEST_TIMEOUT_MS,
    clientIdleTimeoutMs: values.CLIENT_IDLE_TIMEOUT_MS,
    shutdownTimeoutMs: values.SHUTDOWN_TIMEOUT_MS,
    maxConnections: values.GATEWAY_MAX_CONNECTIONS,
    usageIntervalMs: values.USAGE_INTERVAL_MS,
  };
}
