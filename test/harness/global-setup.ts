import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareLogs } from './logged-secrets.js';
import { startTestPostgres, type TestPostgres } from './postgres.js';
import { prepareNotes } from './provoked-errors.js';
import { type HarnessState, launchStack, type PrivateStack } from './stack.js';
import { STATE_FILE_VARIABLE } from './state-file.js';

/** What the tear-down has to stop. */
export interface HarnessHandles {
  readonly postgres: TestPostgres;
  readonly stacks: PrivateStack[];
}

export const handlesKey = Symbol.for('gatewright test harness');

/** Starts one PostgreSQL and, for every Jest worker, a database, a control plane and a gateway. */
export default async function setUp(config: { maxWorkers: number }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-test-state-'));
  const file = join(folder, 'state.json');
  process.env[STATE_FILE_VARIABLE] = file;
  await prepareNotes();
  await prepareLogs(folder);
  const postgres = await startTestPostgres();
  const stacks = await Promise.all(
    Array.from({ length: config.maxWorkers }, async (_unused, index) => {
      const database = `worker_${index + 1}`;
      await postgres.createDatabase(database);
      return launchStack(postgres.url(database), {});
    }),
  );
  const state: HarnessState = {
    databaseUrlPattern: postgres.url('{database}').replace(encodeURIComponent('{database}'), '{database}'),
    workers: stacks.map((stack) => stack.address),
  };
  await writeFile(file, JSON.stringify(state), { mode: 0o600 });
  Reflect.set(globalThis, handlesKey, { postgres, stacks } satisfies HarnessHandles);
}
