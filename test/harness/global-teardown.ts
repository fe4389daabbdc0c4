import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type HarnessHandles, handlesKey } from './global-setup.js';
import { openApiDocument } from './declared-errors.js';
import { loggedSecrets } from './logged-secrets.js';
import { neverProvoked } from './provoked-errors.js';
import { STATE_FILE_VARIABLE } from './state-file.js';

/** What of Jest's configuration says whether all tests have run. */
interface RunConfig {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
  readonly testNamePattern?: string;
  readonly onlyFailures: boolean;
}

/**
 * Stops what the global set-up has started.
 * @throws Error when a process has printed a secret, and after a run of all tests when an operation declares an error
 * that none of them has provoked.
 */
export default async function tearDown(config: RunConfig): Promise<void> {
  const handles = Reflect.get(globalThis, handlesKey) as HarnessHandles | undefined;
  const isWhole = config.testPathPatterns.patterns.length === 0 && !config.testNamePattern && !config.onlyFailures;
  const controlUrl = handles?.stacks[0]?.address.controlUrl;
  const missing = isWhole && controlUrl ? await neverProvoked(await openApiDocument(controlUrl)) : [];
  const stateFile = process.env[STATE_FILE_VARIABLE];
  await Promise.all((handles?.stacks ?? []).map((stack) => stack.stop()));
  const logged = stateFile ? await loggedSecrets(dirname(stateFile)) : [];
  if (stateFile) await rm(dirname(stateFile), { recursive: true, force: true });
  await handles?.postgres.stop();
  if (logged.length > 0) throw new Error(`Secrets stand in the logs:\n${logged.join('\n')}`);
  if (missing.length > 0) throw new Error(`Declared, but provoked by no test:\n${missing.join('\n')}`);
}
