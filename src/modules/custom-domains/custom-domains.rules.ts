import { AppError, fieldError } from '../../errors/index.js';

/** Most custom domains of a project. */
export const MAX_CUSTOM_DOMAINS = 100;

const MAX_HOST_NAME_LENGTH = 253;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The name that a client asks for: the first label under the installation's own domain, or a whole host name. */
export interface RequestedName {
  readonly customDomainPrefix?: string | null;
  readonly customDomain?: string | null;
}

/** Domains under which the installation makes names by itself. */
export interface OwnDomains {
  readonly stageDomain: string;
  readonly customDomain: string;
}

/**
 * The host name asked for, in lower case, and the field that asks for it.
 * @throws AppError INVALID_INPUT when not exactly one field is given, or the name is none that may be chosen
 */
export function requestedHostName(request: RequestedName, own: OwnDomains): { field: string; hostName: string } {
  const { customDomainPrefix: prefix, customDomain: name } = request;
  if ((prefix ?? null) === null && typeof name === 'string') {
    const hostName = name.toLowerCase();
    const fault = hostNameFault(hostName, own);
    if (fault !== null) throw fieldError('INVALID_INPUT', 'customDomain', fault);
    return { field: 'customDomain', hostName };
  }
  if (typeof prefix === 'string' && (name ?? null) === null) {
    return { field: 'customDomainPrefix', hostName: `${prefix}.${own.customDomain}`.toLowerCase() };
  }
  const message = 'exactly one of customDomainPrefix and customDomain must be given';
  const fields = ['customDomainPrefix', 'customDomain'];
  throw new AppError(
    'INVALID_INPUT',
    fields.map((field) => ({ property: 'body', field, message })),
  );
}

/** What keeps a lower-case text from being a host name that a project brings along, in words; null when nothing does. */
export function hostNameFault(hostName: string, own: OwnDomains): string | null {
  if (hostName.length > MAX_HOST_NAME_LENGTH) return `must not be longer than ${MAX_HOST_NAME_LENGTH} characters`;
  const labels = hostName.split('.');
  // A last label of digits makes an address of the name (10.0.0.1), and so does one like 0x7f for browsers.
  if (/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) return 'must be a host name, not an IP address';
  if (labels.length < 2 || !labels.every((label) => LABEL.test(label))) {
    return 'must be a full host name like api.example.com, without port and final dot';
  }
  const taken = [own.stageDomain, own.customDomain].find(
    (domain) => hostName === domain || hostName.endsWith(`.${domain}`),
  );
  if (taken === undefined) return null;
  return taken === own.customDomain
    ? `must not be under ${taken}; give customDomainPrefix for a name there`
    : `must not be under ${taken}, whose names the stages have`;
}
