import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { useStack } from '../harness/stack.js';

const README = new URL('../../README.md', import.meta.url);

/** The code of the blocks that a reader is meant to run, in their order. */
async function readTour(): Promise<string> {
  const text = await readFile(README, 'utf8');
  return Array.from(text.matchAll(/^```sh\n(.*?)^```$/gms), ([, code]) => code).join('\n');
}

it('answers the tour of the README as the README says', async () => {
  const stack = await useStack();
  const { appKey } = await stack.newProject();
  const shell = spawn('bash', ['-euo', 'pipefail', '-s'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      APP_KEY: appKey,
      CONTROL_PLANE: stack.address.controlUrl,
      GATEWAY: `http://127.0.0.1:${stack.gatewayPort}`,
      BACKEND_PORT: String(await findFreePort('127.0.0.1')),
    },
  });
  const printed: string[] = [];
  shell.stdout.on('data', (piece: Buffer) => printed.push(piece.toString('utf8')));
  shell.stderr.on('data', (piece: Buffer) => printed.push(piece.toString('utf8')));
  // The backend of the tour must end with it, also when a step fails.
  shell.stdin.end(`trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n${await readTour()}`);
  const [code] = (await once(shell, 'close')) as [number | null];
  expect(printed.join('')).toBe('deployment: COMPLETE\nhello\nbackend saw /pets/42\n');
  expect(code).toBe(0);
});
