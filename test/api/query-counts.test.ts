import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManyOfEach } from '../harness/many-of-each.js';
import { type ApiOperation, listOperations } from '../harness/operations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';
import { statementCounts } from './query-counts.table.js';

/** Operations that leave other things in the place of those that others are called with: they come last. */
const REPLACING = ['importStageResources', 'importResources'];

/** Operations that both versions have and that ask for no token. */
const TOKENLESS = ['listErrorCodesV2'];

let stack: PrivateStack;

beforeAll(async () => {
  const hook = new URL('../harness/count-statements.mjs', import.meta.url).href;
  const limits = { MAX_SERVICES: '1000', MAX_METHODS: '1000', MAX_STAGES: '1000' };
  stack = await startPrivateStack({ variables: { NODE_OPTIONS: `--import=${hook}`, ...limits } });
});

afterAll(() => stack.stop());

/** Reads, then writes, then deletions, of what is deepest first: each finds what it needs. */
function rankOf({ id, isWrite, method, template }: ApiOperation): number {
  if (REPLACING.includes(id.replace(/V2$/, ''))) return 3000;
  if (method === 'DELETE') return 2000 - template.split('/').length;
  return isWrite ? 1000 : 0;
}

/** How many statements each operation of a version sends where there are `count` things of each kind. */
async function countAll(version: 'v1' | 'v2', count: number): Promise<Record<string, number>> {
  const operations = (await listOperations(stack.address.controlUrl)).toSorted((a, b) => rankOf(a) - rankOf(b));
  const world = await ManyOfEach.on(stack, count);
  const counts: Record<string, number> = {};
  for (const operation of operations) {
    const isOfVersion1 = operation.template.startsWith('/v1.0');
    if (isOfVersion1 === (version === 'v1')) counts[operation.id] = await world.countStatements(operation);
  }
  return counts;
}

/** What the table says of operations of v2.0: those that v1.0 has too read the token besides. */
function expectedOfV2(ids: readonly string[]): Record<string, number | undefined> {
  const countOf = (id: string) => {
    const [name, token] = id.endsWith('V2') ? [id.slice(0, -2), TOKENLESS.includes(id) ? 0 : 1] : [id, 0];
    return (statementCounts[name] ?? NaN) + token;
  };
  return Object.fromEntries(ids.map((id) => [id, countOf(id)]));
}

describe.each([1, 6])('where there are %d things of each kind, every operation sends the SQL statements', (count) => {
  it('that the table says, on v1.0', async () => {
    const counts = await countAll('v1', count);
    expect(statementCounts).toMatchObject(counts);
  });

  it('that the table says and one for the token, on v2.0', async () => {
    const counts = await countAll('v2', count);
    expect(counts).toEqual(expectedOfV2(Object.keys(counts)));
    const told = Object.keys(counts).map((id) => id.replace(/V2$/, ''));
    expect(told.toSorted()).toEqual(Object.keys(statementCounts).toSorted());
  });
});
