import type { Snapshot, SnapshotPath, SnapshotPlugin, SnapshotRoute } from '../../../src/contract/snapshot.js';

/** A snapshot with the parts that matter to a test. */
export function snapshotOf(paths: SnapshotPath[], parts: Partial<Snapshot> = {}): Snapshot {
  return {
    formatVersion: 1,
    stageId: 'stage1',
    serviceId: 'service1',
    regionCode: 'KR1',
    stageName: null,
    gatewayResponses: [],
    accessLog: false,
    ...parts,
    paths,
  };
}

export function pathOf(path: string, routes: SnapshotRoute[], cors: SnapshotPath['cors'] = null): SnapshotPath {
  return { path, cors, routes };
}

type Method = SnapshotRoute['method'];

/** A route to a backend; `backendPath` is its template. */
export function httpRoute(
  method: Method,
  baseUrl: string,
  backendPath: string,
  plugins: SnapshotPlugin[] = [],
): SnapshotRoute {
  return { method, backend: { type: 'HTTP', baseUrl, path: backendPath }, plugins };
}

/** A route that answers by itself. */
export function mockRoute(
  method: Method,
  body = '',
  parts: { statusCode?: number; headers?: Record<string, string>; plugins?: SnapshotPlugin[] } = {},
): SnapshotRoute {
  const { statusCode = 200, headers = {}, plugins = [] } = parts;
  return { method, backend: { type: 'MOCK', statusCode, headers, body }, plugins };
}

export function pluginOf(type: string, config: Record<string, unknown>): SnapshotPlugin {
  return { type, config, origin: { path: '/', method: null } };
}
