import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const LOGGING = new URL('../../dist/kernel/logging.js', import.meta.url).href;
const PROGRAM = `
  const { newLogger } = await import('${LOGGING}');
  const logger = newLogger('control-plane');
  for (let line = 0; line < 100; line += 1) logger.info({ line }, 'x'.repeat(500));
  process.kill(process.pid, 'SIGKILL');
`;

describe('the log of a control plane', () => {
  it('has all lines of one that was killed', async () => {
    const killed = promisify(execFile)(process.execPath, ['--input-type=module', '-e', PROGRAM]);
    const { stdout, signal } = (await killed.catch((error: unknown) => error)) as { stdout: string; signal: string };
    const lines = stdout.trimEnd().split('\n');
    expect(signal).toBe('SIGKILL');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([...Array(100).keys()]);
  });
});
