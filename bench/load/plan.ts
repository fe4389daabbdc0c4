/** A request of a load. */
export interface LoadRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a load asks for: these requests in turn, over so many connections to 127.0.0.1. */
export interface LoadPlan {
  readonly port: number;
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
}

/** A GET of a path for a host. */
export function get(host: string, path: string, headers: Readonly<Record<string, string>> = {}): LoadRequest {
  return { method: 'GET', path, headers: { Host: host, ...headers } };
}

/** A POST of a body for a host. */
export function post(host: string, path: string, body: string): LoadRequest {
  return { method: 'POST', path, headers: { Host: host, 'Content-Type': 'text/plain' }, body };
}

/** What came of a load whose answers were all good. */
export interface LoadResult {
  readonly answered: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
