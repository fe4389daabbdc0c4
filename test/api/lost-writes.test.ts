import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCatalog } from '../../src/errors/index.js';
import { EveryWrite } from '../harness/every-write.js';
import { databaseFingerprint } from '../harness/fingerprint.js';
import { type ApiOperation, listOperations } from '../harness/operations.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

/*
 * The database refuses every write as one that lost against another transaction, time after time. The calls are good
 * ones on things that exist, so that each comes as far as its first write; all are rolled back.
 */

const { code: DUPLICATE_REQUEST } = errorCatalog.DUPLICATE_REQUEST;
/** `stage_host`, whose failures have codes of their own in most operations, and signs of life are left alone. */
const LEFT_ALONE = ['stage_host', 'gateway'];
/** Operations that write only to `stage_host`. */
const OF_HOSTS = ['disconnectCustomDomain'];
/** Operations that have an error of their own for a write that is refused, and the one that writes nothing. */
const OTHERS = [
  'changeUsagePlan',
  'connectApiKeys',
  'connectCustomDomain',
  'deleteApiKey',
  'deleteUsagePlan',
  'deployStage',
  'disconnectApiKeys',
  'regenerateApiKey',
  'rollbackStage',
];

let stack: PrivateStack;
let writes: EveryWrite;

beforeAll(async () => {
  stack = await startPrivateStack();
  writes = await EveryWrite.on(stack);
});

afterAll(() => stack.stop());

/** Lets every write of the control plane lose while `run` runs, but for those to the tables that are left alone. */
async function whileLosing<T>(leftAlone: readonly string[], run: () => Promise<T>): Promise<T> {
  await stack.query(`CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a fault made by a test' USING ERRCODE = '40001'; END $$`);
  try {
    const tables = await stack.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL ($1)`,
      [leftAlone],
    );
    for (const { name } of tables) {
      // For each statement: it shall lose whether it finds a row or not.
      await stack.query(`CREATE TRIGGER lose BEFORE INSERT OR UPDATE OR DELETE ON "${name}" EXECUTE FUNCTION lose()`);
    }
    return await run();
  } finally {
    await stack.query('DROP FUNCTION lose CASCADE');
  }
}

async function answersOf(called: readonly ApiOperation[]): Promise<[string, number][]> {
  const answers: [string, number][] = [];
  for (const operation of called) {
    const { body } = await writes.call(operation);
    answers.push([operation.id, body.header?.resultCode ?? 0]);
  }
  return answers;
}

describe('an operation whose writes lose against others time after time', () => {
  it('answers DUPLICATE_REQUEST, or an error of its own, and changes nothing', async () => {
    const all = await listOperations(stack.address.controlUrl);
    // Those of v2.0 under an appKey are the same ones.
    const writing = all.filter(({ isWrite, access }) => isWrite && access !== 'appKey and token');
    const losing = writing.filter(({ id }) => !OTHERS.includes(id));
    const ofHosts = losing.filter(({ id }) => OF_HOSTS.includes(id));
    const ofTables = losing.filter(({ id }) => !OF_HOSTS.includes(id));
    const others = writing.filter(({ id }) => OTHERS.includes(id));
    const before = await databaseFingerprint(stack);
    const answers = await whileLosing(LEFT_ALONE, () => answersOf(ofTables));
    expect(answers).toEqual(ofTables.map(({ id }) => [id, DUPLICATE_REQUEST]));
    expect(await whileLosing([], () => answersOf(ofHosts))).toEqual(ofHosts.map(({ id }) => [id, DUPLICATE_REQUEST]));
    // The call itself demands that they declare what they answer.
    await whileLosing([], () => answersOf(others));
    expect(await databaseFingerprint(stack)).toEqual(before);
    expect(others).toHaveLength(OTHERS.length);
  });
});
