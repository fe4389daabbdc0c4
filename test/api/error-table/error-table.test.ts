import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, type ErrorKey } from '../../../src/errors/index.js';
import { expectError } from '../../harness/expectations.js';
import { databaseFingerprint } from '../../harness/fingerprint.js';
import { type PrivateStack, startPrivateStack } from '../../harness/stack.js';
import { generalRows } from './general.rows.js';
import { keysRows } from './keys.rows.js';
import { resourcesRows } from './resources.rows.js';
import { deploymentsRows, stagesRows } from './stages.rows.js';
import { type Row, World } from './world.js';

/** Every row of the error table; the compiler refuses one that is missing. */
const rows: Record<ErrorKey, Row> = {
  ...generalRows,
  ...resourcesRows,
  ...stagesRows,
  ...deploymentsRows,
  ...keysRows,
};

let stack: PrivateStack;

beforeAll(async () => {
  stack = await startPrivateStack({
    // KR2 has the gateway that a row speaks for, KR3 has none.
    variables: { REGIONS: 'KR1,KR2,KR3', MAX_SERVICES: '2', MAX_STAGES: '2', MAX_METHODS: '5' },
  });
});

afterAll(() => stack.stop());

describe('an error of the table comes over HTTP with its status, code and message, and changes nothing:', () => {
  const keys = Object.keys(errorCatalog) as ErrorKey[];

  it.each(keys.map((key) => [errorCatalog[key].code, key] as const))('%i %s', async (_code, key) => {
    const world = new World(stack, await stack.newProject());
    const { arrange, fields = [], changedByTheFault = [] } = rows[key];
    try {
      const provoke = await arrange(world);
      const before = await databaseFingerprint(stack, changedByTheFault);
      expectError(await provoke(), key, [...fields]);
      expect(await databaseFingerprint(stack, changedByTheFault)).toEqual(before);
    } finally {
      await world.restore();
    }
  });
});
