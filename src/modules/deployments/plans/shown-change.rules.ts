import { canonicalJson } from '../../../kernel/canonical-json.js';
import { isMembers, withoutSecretHeaders } from '../../audit/index.js';
import type { Change } from '../diff/compare.js';

/** A value that is longer, as JSON, is left out: a plan is kept, and answered as a whole. */
export const MAX_SHOWN_LENGTH = 2000;
const SET_REQUEST_HEADER = 'plugin:SET_REQUEST_HEADER';

/** A change as plans show it. */
export interface ShownChange extends Change {
  /** Whether a value was too long to be shown; it is null then. The comparison of the stage shows it. */
  readonly isCut: boolean;
}

/** A change without what is too long, and without the headers that let the gateway in at a backend. */
export function showChange({ before, after, ...change }: Change): ShownChange {
  const shown = [before, after].map((value) => withoutHeaders(change.item, value));
  const [old = null, now = null] = shown.map((value) => (isTooLong(value) ? null : value));
  return { ...change, before: old, after: now, isCut: shown.some(isTooLong) };
}

function isTooLong(value: unknown): boolean {
  return canonicalJson(value).length > MAX_SHOWN_LENGTH;
}

/** `item` is the name of a setting, or of a whole resource with its settings. */
function withoutHeaders(item: string, value: unknown): unknown {
  if (!isMembers(value)) return value;
  if (item === SET_REQUEST_HEADER) return withoutSecretHeaders(value);
  if (item !== 'RESOURCE') return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutHeaders(name, member)]));
}
