import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loggedSecrets, noteOutput, noteSecrets, prepareLogs } from '../harness/logged-secrets.js';
import { useStack } from '../harness/stack.js';
import { STATE_FILE_VARIABLE } from '../harness/state-file.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatewright-logs-'));
  await prepareLogs(folder);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the check at the end of a run', () => {
  it('finds a secret in a log, wherever it stands, and says which log and line', async () => {
    noteSecrets(['a-secret-of-the-run', 'another "one" with\nlines'], folder);
    noteOutput('one', 'first line\nGET /appkeys/a-secret-of-the-', folder);
    noteOutput('one', 'run/services\nlast line', folder);
    noteOutput('two', 'fine\nanother "one" with\nlines', folder);
    expect(await loggedSecrets(folder)).toEqual([
      'one.log: GET /appkeys/a-secret-of-the-run/services',
      expect.stringMatching(/^two\.log: another/),
    ]);
  });

  it('lets a first start tell its keys, once and nowhere else', async () => {
    noteSecrets(['key-of-the-first-project'], folder);
    noteOutput('one', 'made the first project; its appKey is key-of-the-first-project\nlistening\n', folder);
    expect(await loggedSecrets(folder)).toEqual([]);
    noteOutput('one', 'somebody came with key-of-the-first-project\n', folder);
    expect(await loggedSecrets(folder)).toHaveLength(1);
  });

  it('has the logs and the secrets of this run', async () => {
    const stack = await useStack();
    const { appKey } = await stack.newProject();
    const run = dirname(process.env[STATE_FILE_VARIABLE] ?? '');
    const read = async (part: string): Promise<string> => {
      const names = await readdir(join(run, part));
      return (await Promise.all(names.map((name) => readFile(join(run, part, name), 'utf8')))).join('');
    };
    expect(await read('secrets')).toContain(JSON.stringify(appKey));
    expect(await read('secrets')).toContain(stack.address.gatewayToken);
    expect(await read('logs')).toContain(`control plane listening on ${stack.address.controlUrl}`);
  });
});
