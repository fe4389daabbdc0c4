import { mapSecrets } from '../../contract/plugins/secrets.js';

/** What stands in place of a secret. */
export const REDACTED = '(secret)';
/** How many entries of a list are kept. */
export const MAX_KEPT_ENTRIES = 100;
const MAX_TEXT_LENGTH = 2000;

/** Members of answers that let somebody in. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'access_token',
  'accessKeySecret',
  'appKey',
  'gatewayTokenValue',
  'primaryApiKey',
  'secondaryApiKey',
]);
/** Headers of requests to a backend whose values let the gateway in there. */
const SECRET_HEADER = /auth|cookie|key|password|secret|token/i;

type Members = Readonly<Record<string, unknown>>;

/** A list of which no more than some entries are at hand, {@link MAX_KEPT_ENTRIES} or all. */
export class LongList {
  constructor(
    readonly entries: readonly unknown[],
    readonly count: number,
  ) {}
}

/** A value of answers as it is kept for those who look back: without secrets, long texts and lists cut off. */
export function keepable(value: unknown): unknown {
  if (typeof value === 'string') return value.length > MAX_TEXT_LENGTH ? cutOff(value) : value;
  if (Array.isArray(value)) return keepableList(value, value.length);
  if (value instanceof LongList) return keepableList(value.entries, value.count);
  if (!isMembers(value)) return value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    if (SECRET_MEMBERS.has(name) && typeof member === 'string') return [name, REDACTED];
    const isConfig = name === 'pluginConfigJson' && isMembers(member);
    return [name, keepable(isConfig ? withoutSecrets(String(value['pluginType']), member) : member)];
  });
  return Object.fromEntries(entries);
}

/** The beginning of a text, without half a character at its end, which PostgreSQL would not take. */
function cutOff(text: string): string {
  return `${text.slice(0, MAX_TEXT_LENGTH).replace(/[\ud800-\udbff]$/, '')}…`;
}

function keepableList(list: readonly unknown[], count: number): unknown[] {
  const kept = list.slice(0, MAX_KEPT_ENTRIES).map(keepable);
  return count > kept.length ? [...kept, { omittedCount: count - kept.length }] : kept;
}

function withoutSecrets(pluginType: string, config: Members): Members {
  return pluginType === 'SET_REQUEST_HEADER'
    ? withoutSecretHeaders(config)
    : mapSecrets(pluginType, config, () => REDACTED);
}

/** A config of SET_REQUEST_HEADER without the values that let the gateway in at a backend. */
export function withoutSecretHeaders(config: Members): Members {
  const { headers } = config;
  if (!isMembers(headers)) return config;
  const entries = Object.entries(headers).map(([name, value]) => [name, SECRET_HEADER.test(name) ? REDACTED : value]);
  return { ...config, headers: Object.fromEntries(entries) as Members };
}

/** Whether a value is an object with members: no list, not null, no date. */
export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
