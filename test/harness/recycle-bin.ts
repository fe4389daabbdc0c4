import type { Api, ApiAnswer, Json } from './api.js';

/** The newest item of a project's recycle bin; of a kind, when one is given. */
export async function newestItem(api: Api, kind?: string): Promise<Json> {
  const query = kind === undefined ? '' : `&kind=${kind}`;
  const { recycleBinItemList } = await api.ok('GET', `/recycle-bin?limit=1${query}`);
  if (!recycleBinItemList[0]) throw new Error('The recycle bin has no such item');
  return recycleBinItemList[0];
}

/** Restores an item, whatever comes of it. */
export function restoreItem(api: Api, { recycleBinItemId }: Json): Promise<ApiAnswer> {
  return api.call('POST', `/recycle-bin/${recycleBinItemId}/restore`);
}

/** Restores the newest item of a kind, demands success, and gives the answer. */
export async function restoreNewest(api: Api, kind: string): Promise<Json> {
  const { recycleBinItemId } = await newestItem(api, kind);
  return api.ok('POST', `/recycle-bin/${recycleBinItemId}/restore`);
}
