import DataLoader from 'dataloader';
import type { Queries } from './database.js';
import { isOfPool } from './statements.js';

/** Keys that one statement asks for at most. */
const MAX_KEYS = 100;

/**
 * A look-up by a key that calls make together when they come together: what is asked for outside of transactions within
 * one turn of the event loop goes to the database as one statement, equal keys as one. It is sent when all of them have
 * asked, so that each sees all that was committed before it came. `read` gives what there is for each key, in their order.
 */
export function gathered<Key, Found>(
  read: (queries: Queries, keys: readonly Key[]) => Promise<readonly (Found | null)[]>,
): (queries: Queries, key: Key) => Promise<Found | null> {
  const loaders = new WeakMap<Queries, DataLoader<Key, Found | null, string>>();
  const loaderOf = (queries: Queries) => {
    const known = loaders.get(queries);
    if (known) return known;
    const load = (keys: readonly Key[]) => {
      // What is on its way is for nobody who asks from now on.
      loader.clearAll();
      return read(queries, keys);
    };
    const loader = new DataLoader<Key, Found | null, string>(load, {
      maxBatchSize: MAX_KEYS,
      batchScheduleFn: (send) => void setImmediate(send),
      cacheKeyFn: (key) => JSON.stringify(key),
    });
    loaders.set(queries, loader);
    return loader;
  };
  return async (queries, key) => {
    if (isOfPool(queries)) return loaderOf(queries).load(key);
    const [found] = await read(queries, [key]);
    return found ?? null;
  };
}

/** What was found for each of some keys, by their places from 1 (`WITH ORDINALITY`). */
export function byPlace<Found extends object>(
  keys: readonly unknown[],
  rows: readonly (Found & { readonly place: number })[],
): (Found | null)[] {
  const found = new Map(rows.map((row) => [row.place, row]));
  return keys.map((_key, at) => found.get(at + 1) ?? null);
}
