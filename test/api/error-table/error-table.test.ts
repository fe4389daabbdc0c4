import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog, type ErrorKey } from '../../../src/errors/index.js';
import { expectError } from '../../harness/expectations.js';
import { databaseFingerprint } from '../../harness/fingerprint.js';
import { type OwnPostgres, startOwnPostgres } from '../../harness/own-postgres.js';
import { launchStack, type PrivateStack } from '../../harness/stack.js';
import { generalRows, limitsForRows, refusedByDatabase } from './general.rows.js';
import { keysRows } from './keys.rows.js';
import { recycleBinRows } from './recycle-bin.rows.js';
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
  ...recycleBinRows,
};

let postgres: OwnPostgres;
let stack: PrivateStack;

beforeAll(async () => {
  // Of its own, for a row stops it.
  postgres = await startOwnPostgres();
  stack = await launchStack(postgres.url, {
    // KR2 has the gateway that rows speak for, KR3 has none.
    variables: { REGIONS: 'KR1,KR2,KR3', MAX_SERVICES: '2', MAX_STAGES: '2', MAX_METHODS: '5', ...limitsForRows },
  });
});

afterAll(async () => {
  await stack.stop();
  await postgres.end();
});

/** Demands that the call of a row is answered with the error, and leaves the database as it was. */
async function expectRow(key: ErrorKey, { arrange, fields = [], changedByTheFault = [] }: Row): Promise<void> {
  const world = new World(stack, await stack.newProject(), postgres);
  try {
    const provoke = await arrange(world);
    const before = await databaseFingerprint(stack, changedByTheFault);
    expectError(await provoke(), key, fields);
    expect(await databaseFingerprint(stack, changedByTheFault)).toEqual(before);
  } finally {
    await world.restore();
  }
}

describe('an error of the table comes over HTTP with its status, code and message, and changes nothing:', () => {
  const keys = Object.keys(errorCatalog) as ErrorKey[];

  it.each(keys.map((key) => [errorCatalog[key].code, key] as const))('%i %s', async (_code, key) => {
    await expectRow(key, rows[key]);
  });

  it('500100000 DATABASE_FAILED from a database that is there, but refuses', async () => {
    await expectRow('DATABASE_FAILED', refusedByDatabase);
  });
});
