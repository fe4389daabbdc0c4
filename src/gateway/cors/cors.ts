import type { CorsSettings } from '../../contract/plugins/index.js';
import { addHeader, addHeaders, addOwnHeader, headerList, type HeaderList, removeHeader } from '../header-list.js';
import { findHeader } from '../headers.js';

/** The CORS setting of a path, ready for requests. */
export interface Cors {
  /** Puts the headers for a request's Origin into a response, in place of what a backend sent of that kind. */
  apply(headers: HeaderList, origin: string | null): void;
  /** Headers that answer an OPTIONS request, a preflight or not. */
  preflight(origin: string | null, requestedHeaders: string | null): HeaderList;
}

const HEADER_NAMES = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+(\s*,\s*[!#$%&'*+\-.^_`|~0-9A-Za-z]+)*$/;
const RESPONSE_HEADERS = [
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'access-control-expose-headers',
  'access-control-allow-methods',
  'access-control-allow-headers',
  'access-control-max-age',
];

/** Builds what a CORS setting does. An origin that is not allowed gets no header but `Vary`. */
export function buildCors(settings: CorsSettings): Cors {
  const anyOrigin = settings.allowedOrigins.includes('*');
  const origins = new Set(
    settings.allowedOrigins.filter((origin) => origin !== '*').map((text) => new URL(text).origin),
  );

  function allowOrigin(origin: string | null): HeaderList {
    if (origin === null || !(anyOrigin || origins.has(origin.toLowerCase()))) return headerList();
    // With credentials the origin is echoed: a browser refuses `*` then.
    const allowed = anyOrigin && !settings.allowCredentials ? '*' : origin;
    const headers = headerList('Access-Control-Allow-Origin', allowed);
    if (settings.allowCredentials) addOwnHeader(headers, 'Access-Control-Allow-Credentials', 'true');
    return headers;
  }

  return {
    apply(headers, origin) {
      for (const name of RESPONSE_HEADERS) removeHeader(headers, name);
      addVary(headers, 'Origin');
      const allowed = allowOrigin(origin);
      addHeaders(headers, allowed);
      if (allowed.length > 0 && settings.exposedHeaders.length > 0) {
        addHeader(headers, 'Access-Control-Expose-Headers', settings.exposedHeaders.join(', '));
      }
    },
    preflight(origin, requestedHeaders) {
      const headers = headerList('Allow', settings.allowedMethods.join(', '));
      addVary(headers, 'Origin');
      addVary(headers, 'Access-Control-Request-Method');
      addVary(headers, 'Access-Control-Request-Headers');
      const allowed = allowOrigin(origin);
      if (allowed.length === 0) return headers;
      addHeaders(headers, allowed);
      addHeaders(headers, permissions(settings, requestedHeaders));
      return headers;
    },
  };
}

function permissions(settings: CorsSettings, requestedHeaders: string | null): HeaderList {
  const headers = headerList('Access-Control-Allow-Methods', settings.allowedMethods.join(', '));
  addHeader(headers, 'Access-Control-Allow-Headers', allowedHeaders(settings, requestedHeaders));
  const age = settings.maxCredentialsAge;
  if (age !== null && age >= 0) addOwnHeader(headers, 'Access-Control-Max-Age', String(age));
  return headers;
}

/** `*` is answered with what was asked for: a browser's own `*` leaves out Authorization, and all with credentials. */
function allowedHeaders({ allowedHeaders: allowed }: CorsSettings, requested: string | null): string {
  if (!allowed.includes('*')) return allowed.join(', ');
  return requested !== null && HEADER_NAMES.test(requested) ? requested : '*';
}

function addVary(headers: HeaderList, name: string): void {
  const present = (findHeader(headers, 'vary') ?? '').toLowerCase().split(/\s*,\s*/);
  if (!present.includes(name.toLowerCase()) && !present.includes('*')) addOwnHeader(headers, 'Vary', name);
}
