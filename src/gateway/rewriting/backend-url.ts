import { templateOfPath } from '../../contract/templates.js';
import type { RequestContext } from '../request-context.js';
import { RequestFailed } from '../request-context.js';
import { isDotSegment } from '../router/index.js';
import { isEscapeSound, joinRepeated } from './query.js';
import { compileTemplate, encodePart, type ValueEncoder } from './template.js';

/** Where a route's requests go. */
export interface BackendUrl {
  readonly type: 'HTTP';
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
const pathEncoder: ValueEncoder = (value) => {
  if (typeof value === 'string') return encodePart(value);
  return value.length === 1 ? encodePart(value[0] as string) : value.map(encodePart).join('/');
};

/**
 * Joins a backend's base URL with a template of a path, for requests of the route at `routePath`.
 * @throws TemplateError for a template that cannot be read.
 * @throws Error for a base URL that is none of http or https without credentials.
 */
export function compileBackendUrl(baseUrl: string, pathTemplate: string, routePath: string): BackendUrl {
  const base = readBase(baseUrl);
  const before = textBeforeOwnPath(pathTemplate, routePath);
  if (before !== null) return passedOn(base, before);
  const hasVariables = pathTemplate.includes('${') || pathTemplate.includes('$!{');
  return hasVariables
    ? templateUrl(base, pathTemplate)
    : new FixedUrl(base.origin, pathQuery(base, encodeText(pathTemplate)));
}

function encodeText(text: string): string {
  return text.replace(UNFIT, encodeURIComponent);
}

function templateUrl(base: Base, pathTemplate: string): BackendUrl {
  const template = compileTemplate(pathTemplate, pathEncoder, encodeText);
  return {
    type: 'HTTP',
    origin: base.origin,
    target(context) {
      const sent = sentQuery(context);
      const { path, query } = pathQuery(base, template(context));
      if (leavesItsPlace(path.slice(base.prefix.length))) throw new RequestFailed({ failure: 'UriInvalid' });
      return { path, query: joinQueries(query, sent) };
    },
  };
}

/** Characters that mean themselves in a path, decoded or not; with the slash between segments. */
const PLAIN_PATH = /^[\w\-.!~*'()/]*$/;

/** What stands before the route's own path in a template that is nothing else; null for any other one. */
function textBeforeOwnPath(pathTemplate: string, routePath: string): string | null {
  const own = templateOfPath(routePath);
  if (!pathTemplate.endsWith(own)) return null;
  const before = pathTemplate.slice(0, pathTemplate.length - own.length);
  return PLAIN_PATH.test(before) && !leavesItsPlace(before) ? before : null;
}

/**
 * A backend that has the routes' own paths behind a text. One for all such routes of a stage, which are most: with
 * thousands of routes it counts how much of a route has to be looked at that was not called for a while.
 */
class PassedOnUrl implements BackendUrl {
  readonly type = 'HTTP';
  readonly origin: string;
  private readonly prefix: string;
  /** By the path of the route. */
  private readonly rewritten = new WeakMap<object, BackendUrl>();

  constructor(
    readonly base: Base,
    readonly before: string,
  ) {
    this.origin = base.origin;
    this.prefix = base.prefix + before;
  }

  target(context: RequestContext): PathQuery {
    const { path } = context.target;
    // The router has let no step through, and every other character is written as it was sent.
    if (!PLAIN_PATH.test(path)) return this.rewrittenFor(context).target(context);
    return { path: this.prefix + path, query: joinQueries(this.base.query, sentQuery(context)) };
  }

  private rewrittenFor({ match }: RequestContext): BackendUrl {
    if (!match) throw new Error('a request without a route has no backend');
    const known = this.rewritten.get(match.path);
    if (known) return known;
    const made = templateUrl(this.base, this.before + templateOfPath(match.path.path));
    this.rewritten.set(match.path, made);
    return made;
  }
}

let lastPassedOn: PassedOnUrl | null = null;

function passedOn(base: Base, before: string): PassedOnUrl {
  if (lastPassedOn?.base === base && lastPassedOn.before === before) return lastPassedOn;
  return (lastPassedOn = new PassedOnUrl(base, before));
}

/** Path, and query without `?`. */
interface PathQuery {
  readonly path: string;
  readonly query: string;
}

/** A backend's path that is the same for all requests. */
class FixedUrl implements BackendUrl, PathQuery {
  readonly type = 'HTTP';
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
