import { mapSecrets } from './plugins/secrets.js';
import type { Snapshot, SnapshotPath, SnapshotRoute } from './snapshot.js';

/** A snapshot with every secret in its plugins replaced by what `change` makes of it. */
export function mapSnapshotSecrets(snapshot: Snapshot, change: (secret: string) => string): Snapshot {
  const mapRoute = (route: SnapshotRoute): SnapshotRoute => ({
    ...route,
    plugins: route.plugins.map((plugin) => ({ ...plugin, config: mapSecrets(plugin.type, plugin.config, change) })),
  });
  const mapPath = (path: SnapshotPath): SnapshotPath => ({ ...path, routes: path.routes.map(mapRoute) });
  return { ...snapshot, paths: snapshot.paths.map(mapPath) };
}
