import type { RequestContext } from '../request-context.js';
import { RequestFailed } from '../request-context.js';
import { isDotSegment } from '../router/index.js';
import { isEscapeSound, joinRepeated } from './query.js';
import { compileTemplate, encodePart, type ValueEncoder } from './template.js';

/** Where a route's requests go. */
export interface BackendUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /**
   * Path with query for a request.
   * @throws RequestFailed UriInvalid when it cannot be built, URIError when a value cannot be encoded.
   */
  target(context: RequestContext): { readonly path: string; readonly query: string };
}

/** Characters that a path or query may hold as they are; a percent sign stays, so that written escapes do. */
const UNFIT = /[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]/gu;

/** Each segment is encoded by itself: what a client sends in a variable cannot leave its segment. */
const pathEncoder: ValueEncoder = (value) =>
  typeof value === 'string' ? encodePart(value) : value.map(encodePart).join('/');

/**
 * Joins a backend's base URL with a template of a path.
 * @throws TemplateError for a template that cannot be read.
 * @throws Error for a base URL that is none of http or https without credentials.
 */
export function compileBackendUrl(baseUrl: string, pathTemplate: string): BackendUrl {
  const base = readBase(baseUrl);
  const encodeText = (text: string): string => text.replace(UNFIT, encodeURIComponent);
  const hasVariables = pathTemplate.includes('${') || pathTemplate.includes('$!{');
  // With thousands of routes it counts how much of a route has to be looked at that was not called for a while.
  if (!hasVariables) return new FixedUrl(base.origin, pathQuery(base, encodeText(pathTemplate)));
  const template = compileTemplate(pathTemplate, pathEncoder, encodeText);
  return {
    origin: base.origin,
    target(context) {
      const sent = sentQuery(context);
      const { path, query } = pathQuery(base, template(context));
      if (leavesItsPlace(path.slice(base.prefix.length))) throw new RequestFailed({ failure: 'UriInvalid' });
      return { path, query: joinQueries(query, sent) };
    },
  };
}

/** Path, and query without `?`. */
interface PathQuery {
  readonly path: string;
  readonly query: string;
}

/** A backend's path that is the same for all requests. */
class FixedUrl implements BackendUrl, PathQuery {
  readonly path: string;
  readonly query: string;

  constructor(
    readonly origin: string,
    { path, query }: PathQuery,
  ) {
    this.path = path;
    this.query = query;
  }

  target(context: RequestContext): PathQuery {
    const sent = sentQuery(context);
    return sent === '' ? this : { path: this.path, query: joinQueries(this.query, sent) };
  }
}

/** @throws RequestFailed UriInvalid */
function sentQuery({ target }: RequestContext): string {
  if (!isEscapeSound(target.query)) throw new RequestFailed({ failure: 'UriInvalid' });
  return joinRepeated(target.query);
}

/** A base URL, read. */
interface Base {
  readonly text: string;
  readonly origin: string;
  /** Path without slashes at its end. */
  readonly prefix: string;
  /** Without `?`. */
  readonly query: string;
}

/** Most routes of a stage have the same one, whose strings they share then. */
let lastBase: Base | null = null;

function readBase(text: string): Base {
  if (lastBase?.text === text) return lastBase;
  const base = URL.canParse(text) ? new URL(text) : null;
  if (!base || !/^https?:$/.test(base.protocol)) throw new Error(`backend ${text} is no http(s) URL`);
  if (base.username !== '' || base.password !== '') throw new Error('a backend URL must not hold credentials');
  const { origin, pathname, search } = base;
  lastBase = { text, origin, prefix: pathname.replace(/\/+$/, ''), query: search.slice(1) };
  return lastBase;
}

/** Puts a written path, which may have a query, behind a base. */
function pathQuery({ prefix, query }: Base, written: string): PathQuery {
  const mark = written.indexOf('?');
  if (mark < 0) return { path: prefix + written, query };
  return { path: prefix + written.slice(0, mark), query: joinQueries(query, written.slice(mark + 1)) };
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
