import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HarnessHandles, handlesKey } from './global-setup.js';
import { STATE_FILE_VARIABLE } from './stack.js';

/** Stops what the global set-up has started. */
export default async function tearDown(): Promise<void> {
  const handles = Reflect.get(globalThis, handlesKey) as HarnessHandles | undefined;
  const stateFile = process.env[STATE_FILE_VARIABLE];
  if (stateFile) await rm(dirname(stateFile), { recursive: true, force: true });
  await Promise.all((handles?.stacks ?? []).map((stack) => stack.stop()));
  await handles?.postgres.stop();
}
