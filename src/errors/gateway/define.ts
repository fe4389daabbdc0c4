/** The types under which a service can redefine the gateway's own responses. */
export const gatewayResponseTypes = [
  'UpstreamServiceUnavailable',
  'GatewayTimeout',
  'Unauthorized',
  'JwksError',
  'PreApiFailed',
  'Forbidden',
  'RateLimited',
  'UsageQuotaExceeded',
  'InvalidUri',
  'NotFound',
  'BadGateway',
  'InvalidContextVariable',
  'BadRequest',
  'InternalServerError',
] as const;
/** A type under which a response can be redefined. */
export type GatewayResponseType = (typeof gatewayResponseTypes)[number];

/**
 * One failure that a request can meet in the gateway. `type` null means that the response cannot be redefined.
 * `message` may hold `{detail}`, filled in by the renderer. `cause` says in English what brings it about, `cure` what
 * helps; both are for readers of the documentation and never sent.
 */
export interface GatewayFailureDefinition {
  readonly type: GatewayResponseType | null;
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly cause: string;
  readonly cure: string;
}

/** Keeps the literal keys of failures while demanding that each entry is complete. */
export function defineFailures<const T extends Record<string, GatewayFailureDefinition>>(failures: T): Readonly<T> {
  return Object.freeze(failures);
}
