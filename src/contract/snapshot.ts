import * as z from 'zod';
import { corsPlugin } from './plugins/cors.js';
import { httpMethod } from './plugins/shared.js';

/**
 * Version of the shape below. A gateway refuses a snapshot whose version it does not know, and members that it does not
 * know: to leave one out could open what a setting shuts. Any further member needs a version of its own.
 */
export const SNAPSHOT_FORMAT_VERSION = 1;

/** A plugin of a route. `config` is checked by the schema of its type when the gateway builds the route. */
const pluginInstance = z.strictObject({
  type: z.string(),
  config: z.record(z.string(), z.unknown()),
  /** The resource that the setting stands on. */
  origin: z.strictObject({ path: z.string(), method: httpMethod.nullable() }),
});

/** What a request must have where REQUEST_VALIDATOR is effective. */
const requestValidation = z.strictObject({
  /** Names of query parameters, as they are written. */
  queryStrings: z.array(z.string()),
  /** Names of headers. */
  headers: z.array(z.string()),
  /** Names of form fields, as they are written. */
  formFields: z.array(z.string()),
  /** Content types that a body may have; empty: any. */
  contentTypes: z.array(z.string()),
  /** Whether requests are meant to have a body: form fields or a model. */
  hasBody: z.boolean(),
  /** JSON Schema draft-04 of a JSON body, whole in itself. Null: none is checked. */
  bodySchema: z.record(z.string(), z.unknown()).nullable(),
});
/** What a request must have where REQUEST_VALIDATOR is effective. */
export type RequestValidation = z.output<typeof requestValidation>;

const route = z.strictObject({
  method: httpMethod,
  /** HTTP: where the request goes; baseUrl is the nearest override or the stage's backend. MOCK: what is answered. */
  backend: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('HTTP'), baseUrl: z.string(), path: z.string() }),
    z.strictObject({
      type: z.literal('MOCK'),
      statusCode: z.int().min(100).max(599),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
    }),
  ]),
  /** Effective plugins besides the backend and CORS, at most one of a type, in no order that matters. */
  plugins: z.array(pluginInstance),
  /** Absent where REQUEST_VALIDATOR is not effective, and where it has nothing to check. */
  validation: requestValidation.optional(),
});

/** A path with its CORS setting and its methods; paths without methods and CORS are left out. */
const snapshotPath = z.strictObject({
  path: z.string(),
  cors: corsPlugin.settings.nullable(),
  routes: z.array(route),
});

/** A gateway response that a service has redefined. */
const gatewayResponse = z.strictObject({
  type: z.string(),
  status: z.int().min(100).max(599),
  headers: z.record(z.string(), z.string()),
  /** Bodies by content type. */
  bodies: z.record(z.string(), z.string()),
});

/** All that a gateway needs to serve one stage. Content-addressed: equal stages have equal snapshots. */
export const snapshotSchema = z.strictObject({
  formatVersion: z.literal(SNAPSHOT_FORMAT_VERSION),
  stageId: z.string(),
  serviceId: z.string(),
  regionCode: z.string(),
  stageName: z.string().nullable(),
  paths: z.array(snapshotPath),
  gatewayResponses: z.array(gatewayResponse),
  /** Whether the gateways write a line for every request; false in snapshots from before there was such a log. */
  accessLog: z.boolean().default(false),
});

/** A snapshot as checked. */
export type Snapshot = z.output<typeof snapshotSchema>;
/** A path of a snapshot. */
export type SnapshotPath = Snapshot['paths'][number];
/** A method of a path. */
export type SnapshotRoute = SnapshotPath['routes'][number];
/** A plugin of a route. */
export type SnapshotPlugin = SnapshotRoute['plugins'][number];
