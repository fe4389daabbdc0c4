import { ACCESS_PAGE_ENTRIES, type AccessEntryKind, accessEntryKinds, type AccessPage } from '../../contract/access.js';
import type { Queries } from '../../database/index.js';
import { type AccessPosition, writeCursor } from './access-cursor.rules.js';
import {
  type AccessChangeRow,
  type EntryChoice,
  readAccessKeys,
  readAccessPlans,
  readAccessPolicies,
  readAccessPolicyValues,
} from './access.queries.js';

type Entries = Pick<AccessPage, 'keys' | 'plans' | 'policies' | 'policyValues'>;
/** A page but for the key of the hashes, which is no matter of the database. */
export type AccessPageContent = Omit<AccessPage, 'hashKey'>;

/** The name under which entries of a kind stand in a page. */
const memberOf = {
  PLAN: 'plans',
  POLICY: 'policies',
  POLICY_VALUE: 'policyValues',
  KEY: 'keys',
} as const satisfies Record<AccessEntryKind, keyof Entries>;

/** Reads entries of a kind into a page and gives their ids. */
async function readInto(
  page: Entries,
  kind: AccessEntryKind,
  source: { queries: Queries; regionCode: string },
  choice: EntryChoice,
): Promise<string[]> {
  const { queries, regionCode } = source;
  const member = memberOf[kind];
  if (member === 'plans') page.plans = await readAccessPlans(queries, regionCode, choice);
  else if (member === 'policies') page.policies = await readAccessPolicies(queries, regionCode, choice);
  else if (member === 'policyValues') page.policyValues = await readAccessPolicyValues(queries, regionCode, choice);
  else page.keys = await readAccessKeys(queries, regionCode, choice);
  return page[member].map(({ id }) => id);
}

/** A gateway that gets a key has its plans, also where those were connected after the plans had been read. */
async function addPlansOfKeys(page: Entries, queries: Queries, regionCode: string): Promise<void> {
  const known = new Set(page.plans.map(({ id }) => id));
  const wanted = new Set(page.keys.flatMap(({ plans }) => Object.values(plans)).filter((id) => !known.has(id)));
  if (wanted.size > 0) page.plans.push(...(await readAccessPlans(queries, regionCode, { ids: [...wanted] })));
}

const empty = (): Entries => ({ keys: [], plans: [], policies: [], policyValues: [] });

/**
 * The next page of the whole document, from the first entry or behind `reading`. What changes while it is read comes
 * again among the changes after `position`, which the cursor of the last page names.
 */
export async function readWholePage(
  queries: Queries,
  regionCode: string,
  position: AccessPosition,
  reading: { readonly kind: AccessEntryKind; readonly after: string } | null,
): Promise<AccessPageContent> {
  const entries = empty();
  const first = reading ? accessEntryKinds.indexOf(reading.kind) : 0;
  let left = ACCESS_PAGE_ENTRIES;
  let next: { kind: AccessEntryKind; after: string } | null = null;
  for (const [at, kind] of accessEntryKinds.slice(first).entries()) {
    const after = at === 0 && reading ? reading.after : '';
    const ids = await readInto(entries, kind, { queries, regionCode }, { after, limit: left });
    left -= ids.length;
    if (left > 0) continue;
    next = { kind, after: ids.at(-1) ?? after };
    break;
  }
  await addPlansOfKeys(entries, queries, regionCode);
  const cursor = writeCursor({ regionCode, position, reading: next });
  return { cursor, startsAnew: reading === null, isComplete: next === null, ...entries, removed: [] };
}

/** What changes have made of their entries by now. */
export async function readChangesPage(
  queries: Queries,
  regionCode: string,
  changes: readonly [AccessChangeRow, ...AccessChangeRow[]],
): Promise<AccessPageContent> {
  const entries = empty();
  const removed: AccessPage['removed'] = [];
  for (const kind of accessEntryKinds) {
    const ids = [...new Set(changes.filter((change) => change.kind === kind).map(({ entryId }) => entryId))];
    if (ids.length === 0) continue;
    const found = new Set(await readInto(entries, kind, { queries, regionCode }, { ids }));
    for (const id of ids) if (!found.has(id)) removed.push({ kind, id });
  }
  await addPlansOfKeys(entries, queries, regionCode);
  const { position } = changes.at(-1) ?? changes[0];
  const cursor = writeCursor({ regionCode, position, reading: null });
  return { cursor, startsAnew: false, isComplete: true, ...entries, removed };
}
