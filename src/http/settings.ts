import * as z from 'zod';
import type { AddressSet } from '../kernel/addresses.js';
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

const limit = (standard: number) => z.coerce.number().int().min(1).max(1_000_000).default(standard);

const encryptionKey = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits')
  .transform((digits) => Buffer.from(digits, 'hex'));
/** How many within a minute; 0 is without a limit. */
const perMinute = (standard: number) => z.coerce.number().int().min(0).max(10_000_000).default(standard);
const milliseconds = (standard: number) => z.coerce.number().int().min(1).max(3_600_000).default(standard);

const variables = z.object({
  PORT: portVariable(0).default(3000),
  HOST: z.string().default('0.0.0.0'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'must be a postgres:// URL'),
  /** Value of the first project's appKey. */
  BOOTSTRAP_APP_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _')
    .optional(),
  /** The first administrator's access key for v2.0. */
  BOOTSTRAP_ACCESS_KEY_ID: z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, 'must be 8 to 64 letters, digits, - or _')
    .optional(),
  BOOTSTRAP_ACCESS_KEY_SECRET: z
    .string()
    .regex(/^[A-Za-z0-9_-]{32,128}$/, 'must be 32 to 128 letters, digits, - or _')
    .optional(),
  /** Whether v1.0, which an appKey alone opens, is served. */
  V1_ENABLED: z.stringbool().default(true),
  /** How long a token of v2.0 is good. */
  TOKEN_LIFETIME_SECONDS: z.coerce.number().int().min(60).max(86_400).default(3600),
  /** What gateways of every region may show to be let in; absent: only tokens of their own let them in. */
  LOG_LEVEL: logLevelVariable,
  METRICS_TOKEN: metricsTokenVariable,
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpointVariable,
  GATEWAY_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  /** PEM files with which everything is served over TLS. */
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  /** PEM file of authorities, one of which must have issued the certificate that a gateway shows. */
  TLS_CLIENT_CA_FILE: z.string().optional(),
  /** Key of secrets at rest: 32 bytes as 64 hex digits. */
  ENCRYPTION_KEY: encryptionKey,
  /** The key before, while it is being exchanged. */
  PREVIOUS_ENCRYPTION_KEY: encryptionKey.optional(),
  STAGE_DOMAIN: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a lower-case domain name')
    .default('api.localhost'),
  /** The host names of custom domains that are given by a prefix end with it. */
  CUSTOM_DOMAIN: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'must be a lower-case domain name')
    .default('capi.localhost'),
  /** Under which URL people reach the control plane, for links in answers. */
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  /** Under which port browsers reach the gateways; absent: those of https and http. */
  GATEWAY_PUBLIC_PORT: portVariable(1).optional(),
  REGIONS: z
    .string()
    .default('KR1')
    .transform((text) => text.split(',').map((region) => region.trim()))
    .pipe(z.array(z.string().regex(/^[A-Z0-9]{1,10}$/, 'must be names like KR1, parted by commas')).min(1)),
  HTTP_STATUS_POLICY: z.enum(['by-code', 'always-200']).default('by-code'),
  MAX_SERVICES: limit(10),
  MAX_METHODS: limit(100),
  MAX_STAGES: limit(10),
  ALLOWED_UPSTREAM_PORTS: portListVariable.prefault(STANDARD_UPSTREAM_PORTS),
  /** How long gateways have to take a deployment, in milliseconds. */
  DEPLOY_TIMEOUT_MS: z.coerce.number().int().min(1000).max(600_000).default(30_000),
  MANAGEMENT_RATE_LIMIT_PER_APP_KEY: perMinute(6000),
  MANAGEMENT_RATE_LIMIT_PER_ADDRESS: perMinute(12_000),
  MANAGEMENT_FAILED_LOGINS_PER_ADDRESS: perMinute(100),
  TRUSTED_PROXIES: addressesVariable.prefault(''),
  CONSOLE_ORIGINS: z
    .string()
    .default('')
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .transform((origins) => origins.filter((origin) => origin !== ''))
    .pipe(z.array(z.string().refine(isOrigin, 'must be origins like https://console.example.com, parted by commas'))),
  CLIENT_HEADERS_TIMEOUT_MS: milliseconds(15_000),
  CLIENT_REQUEST_TIMEOUT_MS: milliseconds(120_000),
  CLIENT_IDLE_TIMEOUT_MS: milliseconds(65_000),
});

/** Whether a text is an origin as browsers send it: scheme, host and port, and nothing else. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** How many calls are let in within a minute; 0 is without a limit. */
export interface RateLimitSettings {
  readonly perAppKey: number;
  readonly perAddress: number;
  readonly failedLoginsPerAddress: number;
}

const settingsSchema = variables
  .refine((values) => !values.PREVIOUS_ENCRYPTION_KEY?.equals(values.ENCRYPTION_KEY), {
    path: ['PREVIOUS_ENCRYPTION_KEY'],
    message: 'must not be the same as ENCRYPTION_KEY',
  })
  .refine(
    (values) => (values.BOOTSTRAP_ACCESS_KEY_ID === undefined) === (values.BOOTSTRAP_ACCESS_KEY_SECRET === undefined),
    { path: ['BOOTSTRAP_ACCESS_KEY_SECRET'], message: 'must be set when BOOTSTRAP_ACCESS_KEY_ID is, and only then' },
  )
  .refine((values) => (values.TLS_CERT_FILE === undefined) === (values.TLS_KEY_FILE === undefined), {
    path: ['TLS_KEY_FILE'],
    message: 'must be set when TLS_CERT_FILE is, and only then',
  })
  .refine((values) => values.TLS_CLIENT_CA_FILE === undefined || values.TLS_CERT_FILE !== undefined, {
    path: ['TLS_CLIENT_CA_FILE'],
    message: 'must be set only when TLS_CERT_FILE is',
  })
  .refine((values) => values.CUSTOM_DOMAIN !== values.STAGE_DOMAIN, {
    path: ['CUSTOM_DOMAIN'],
    message: 'must not be the same as STAGE_DOMAIN',
  });

/** PEM files by which everything is served over TLS. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities of the certificates that gateways have to show; undefined: they need none. */
  readonly clientCaFile: string | undefined;
}

function tlsFilesOf(values: z.output<typeof variables>): TlsFiles | undefined {
  const { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: clientCaFile } = values;
  return certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile, clientCaFile };
}

/** The settings of the control plane, read from the environment. A class, so that Nest can inject it. */
export class Settings {
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly bootstrapAppKey: string | undefined;
  readonly bootstrapAccessKeyId: string | undefined;
  readonly bootstrapAccessKeySecret: string | undefined;
  readonly isV1Enabled: boolean;
  readonly tokenLifetimeSeconds: number;
  readonly gatewayToken: string | undefined;
  /** What readers of the metrics show; absent: only this machine reads them. */
  readonly metricsToken: string | undefined;
  /** Where traces are sent; absent: none are made. */
  readonly otlpEndpoint: string | undefined;
  readonly tls: TlsFiles | undefined;
  readonly encryptionKey: Buffer;
  readonly previousEncryptionKey: Buffer | undefined;
  readonly stageDomain: string;
  readonly customDomain: string;
  readonly publicUrl: string;
  readonly gatewayPublicPort: number | undefined;
  readonly regions: readonly string[];
  readonly alwaysStatus200: boolean;
  readonly maxServices: number;
  readonly maxMethods: number;
  readonly maxStages: number;
  readonly isUpstreamPortAllowed: (port: number) => boolean;
  readonly deployTimeoutMs: number;
  readonly rateLimits: RateLimitSettings;
  /** Peers whose X-Forwarded-For is believed. */
  readonly trustedProxies: AddressSet;
  /** Origins of pages that may call the management API. */
  readonly consoleOrigins: readonly string[];
  /** How long a client has to send the head of a request, and all of it; how long a connection may stay without one. */
  readonly clientHeadersTimeoutMs: number;
  readonly clientRequestTimeoutMs: number;
  readonly clientIdleTimeoutMs: number;

  private constructor(values: z.output<typeof settingsSchema>) {
    this.port = values.PORT;
    this.host = values.HOST;
    this.databaseUrl = values.DATABASE_URL;
    this.bootstrapAppKey = values.BOOTSTRAP_APP_KEY;
    this.bootstrapAccessKeyId = values.BOOTSTRAP_ACCESS_KEY_ID;
    this.bootstrapAccessKeySecret = values.BOOTSTRAP_ACCESS_KEY_SECRET;
    this.isV1Enabled = values.V1_ENABLED;
    this.tokenLifetimeSeconds = values.TOKEN_LIFETIME_SECONDS;
    this.gatewayToken = values.GATEWAY_TOKEN;
    this.metricsToken = values.METRICS_TOKEN;
    this.otlpEndpoint = values.OTEL_EXPORTER_OTLP_ENDPOINT;
    this.tls = tlsFilesOf(values);
    this.encryptionKey = values.ENCRYPTION_KEY;
    this.previousEncryptionKey = values.PREVIOUS_ENCRYPTION_KEY;
    this.stageDomain = values.STAGE_DOMAIN;
    this.customDomain = values.CUSTOM_DOMAIN;
    this.publicUrl = values.PUBLIC_URL ?? `${this.tls ? 'https' : 'http'}://localhost:${values.PORT}`;
    this.gatewayPublicPort = values.GATEWAY_PUBLIC_PORT;
    this.regions = values.REGIONS;
    this.alwaysStatus200 = values.HTTP_STATUS_POLICY === 'always-200';
    this.maxServices = values.MAX_SERVICES;
    this.maxMethods = values.MAX_METHODS;
    this.maxStages = values.MAX_STAGES;
    this.isUpstreamPortAllowed = values.ALLOWED_UPSTREAM_PORTS;
    this.deployTimeoutMs = values.DEPLOY_TIMEOUT_MS;
    this.rateLimits = {
      perAppKey: values.MANAGEMENT_RATE_LIMIT_PER_APP_KEY,
      perAddress: values.MANAGEMENT_RATE_LIMIT_PER_ADDRESS,
      failedLoginsPerAddress: values.MANAGEMENT_FAILED_LOGINS_PER_ADDRESS,
    };
    this.trustedProxies = values.TRUSTED_PROXIES;
    this.consoleOrigins = values.CONSOLE_ORIGINS;
    this.clientHeadersTimeoutMs = values.CLIENT_HEADERS_TIMEOUT_MS;
    this.clientRequestTimeoutMs = values.CLIENT_REQUEST_TIMEOUT_MS;
    this.clientIdleTimeoutMs = values.CLIENT_IDLE_TIMEOUT_MS;
  }

  /**
   * Reads the settings; empty variables count as absent.
   * @throws Error that names every bad variable and what it should be.
   */
  static fromEnvironment(environment: NodeJS.ProcessEnv): Settings {
    return new Settings(parseEnvironment(settingsSchema, environment));
  }
}
