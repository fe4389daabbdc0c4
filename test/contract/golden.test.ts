import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { compile } from '../compiler/compile-at-once.js';
import { accessPageSchema } from '../../src/contract/access.js';
import { resourcePlugins, stagePlugins } from '../../src/contract/plugins/index.js';
import { snapshotSchema } from '../../src/contract/snapshot.js';
import { manifestSchema, metricBatchSchema, receiptsSchema } from '../../src/contract/sync.js';
import { contentHash } from '../../src/kernel/canonical-json.js';
import { fixedStage } from './golden/fixed-stage.js';

function golden(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`golden/v1/${name}.json`, import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;
}

const SCHEMAS = {
  manifest: manifestSchema,
  snapshot: snapshotSchema,
  'access-page': accessPageSchema,
  receipts: receiptsSchema,
  metrics: metricBatchSchema,
} as const;
const names = Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[];

/** An object, and all objects in it, with a member more. */
function withUnknownMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownMembers);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, withUnknownMembers(member)]);
  return { ...Object.fromEntries(entries), memberOfTomorrow: 1 };
}

describe('the formats of version 1', () => {
  it.each(names)('are read, and nothing of them is lost: %s', (name) => {
    // Members that came later have their meaning when they are absent.
    expect(SCHEMAS[name].parse(golden(name))).toMatchObject(golden(name));
  });

  it.each(['manifest', 'receipts', 'metrics'] as const)('may have members that are not known yet: %s', (name) => {
    expect(SCHEMAS[name].parse(withUnknownMembers(golden(name)))).toEqual(SCHEMAS[name].parse(golden(name)));
  });

  it('may have members in an access page that are not known yet', () => {
    const { keys, ...page } = golden('access-page') as { keys: object[] };
    const newer = { ...page, keys: keys.map((key) => ({ ...key, memberOfTomorrow: 1 })), memberOfTomorrow: 1 };
    expect(accessPageSchema.parse(newer)).toEqual(golden('access-page'));
  });

  it('let no member be left out of a snapshot that is not known: it could be a check', () => {
    expect(snapshotSchema.safeParse({ ...golden('snapshot'), memberOfTomorrow: 1 }).success).toBe(false);
    expect(snapshotSchema.safeParse({ ...golden('snapshot'), formatVersion: 2 }).success).toBe(false);
  });

  it('are what fixed settings are compiled to, to the letter: another result needs another version', () => {
    expect(compile(fixedStage)).toEqual(golden('snapshot'));
    const [stage] = manifestSchema.parse(golden('manifest')).stages;
    expect(contentHash(compile(fixedStage))).toBe(stage?.snapshotHash);
  });

  it('are pinned with every plugin, but for JWT, which may not stand beside HMAC', () => {
    const text = JSON.stringify(golden('snapshot'));
    const backends = ['HTTP', 'MOCK', 'CORS', 'REQUEST_VALIDATOR'];
    const types = Object.keys({ ...resourcePlugins, ...stagePlugins }).filter((type) => !backends.includes(type));
    expect(types.filter((type) => !text.includes(`"type":"${type}"`))).toEqual(['JWT']);
    expect(text).toContain('"validation"');
  });
});
