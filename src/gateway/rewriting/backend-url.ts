import type { RequestContext } from '../request-context.js';
import { RequestFailed } from '../request-context.js';
import { isDotSegment } from '../router/index.js';
import { isEscapeSound, joinRepeated } from './query.js';
import { compileTemplate, type ValueEncoder } from './template.js';

/** Where a route's requests go. */
export interface BackendUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /**
   * Path with query for a request.
   * @throws RequestFailed UriInvalid when it cannot be built, URIError when a value cannot be encoded.
   */
  target(context: RequestContext): { path: string; query: string };
}

/** Characters that a path or query may hold as they are; a percent sign stays, so that written escapes do. */
const UNFIT = /[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]/gu;

/** Each segment is encoded by itself: what a client sends in a variable cannot leave its segment. */
const pathEncoder: ValueEncoder = (value) =>
  typeof value === 'string' ? encodeURIComponent(value) : value.map((segment) => encodeURIComponent(segment)).join('/');

/**
 * Joins a backend's base URL with a template of a path.
 * @throws TemplateError for a template that cannot be read.
 * @throws Error for a base URL that is none of http or https without credentials.
 */
export function compileBackendUrl(baseUrl: string, pathTemplate: string): BackendUrl {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (!base || !/^https?:$/.test(base.protocol)) throw new Error(`backend ${baseUrl} is no http(s) URL`);
  if (base.username !== '' || base.password !== '') throw new Error('a backend URL must not hold credentials');
  const template = compileTemplate(pathTemplate, pathEncoder, (text) => text.replace(UNFIT, encodeURIComponent));
  const prefix = base.pathname.replace(/\/+$/, '');
  const ownQuery = base.search.slice(1);
  const hasVariables = pathTemplate.includes('${') || pathTemplate.includes('$!{');
  return {
    origin: base.origin,
    target(context) {
      const sent = context.target.query;
      if (!isEscapeSound(sent)) throw new RequestFailed({ failure: 'UriInvalid' });
      const whole = template(context);
      const mark = whole.indexOf('?');
      const path = mark < 0 ? whole : whole.slice(0, mark);
      if (hasVariables && leavesItsPlace(path)) throw new RequestFailed({ failure: 'UriInvalid' });
      const written = mark < 0 ? '' : whole.slice(mark + 1);
      return { path: prefix + path, query: joinQueries(joinQueries(ownQuery, written), joinRepeated(sent)) };
    },
  };
}

function joinQueries(first: string, second: string): string {
  return first === '' || second === '' ? first + second : `${first}&${second}`;
}

/** Whether a server below could read a step upwards out of a path, or another end, encoded characters included. */
function leavesItsPlace(path: string): boolean {
  if (!path.includes('.') && !path.includes('%')) return false;
  if (!isEscapeSound(path) || path.includes('%00')) return true;
  const opened = path.replace(/%(2e|2f|5c)/gi, (escape) => decodeURIComponent(escape));
  return opened.split(/[/\\]/).some(isDotSegment);
}
