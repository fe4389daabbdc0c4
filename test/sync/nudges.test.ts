import v8 from 'node:v8';
import vm from 'node:vm';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Settings } from '../../src/http/index.js';
import { Nudges } from '../../src/modules/routers/nudges.js';
import { useStack } from '../harness/stack.js';

const LONG_MS = 60_000;
const SHORT_MS = 100;

let nudges: Nudges;
let collectGarbage: () => void;
let collecting: NodeJS.Timeout | undefined;

beforeAll(async () => {
  const { databaseUrl, gatewayToken } = (await useStack()).address;
  const variables = { DATABASE_URL: databaseUrl, GATEWAY_TOKEN: gatewayToken, ENCRYPTION_KEY: 'e1'.repeat(32) };
  nudges = new Nudges(Settings.fromEnvironment(variables));
  v8.setFlagsFromString('--expose-gc');
  collectGarbage = vm.runInNewContext('gc') as () => void;
});

afterEach(() => clearInterval(collecting));

describe('the wait for a nudge', () => {
  it('ends in time also when memory is collected meanwhile', async () => {
    collecting = setInterval(collectGarbage, SHORT_MS / 10);
    const waits = Array.from({ length: 20 }, () => nudges.next(SHORT_MS, new AbortController().signal));
    expect(await Promise.all(waits)).toHaveLength(20);
  }, 5000);

  it('ends when the one who waits is gone, before or after', async () => {
    const gone = new AbortController();
    const waiting = nudges.next(LONG_MS, gone.signal);
    gone.abort();
    await waiting;
    await nudges.next(LONG_MS, gone.signal);
    expect(gone.signal.aborted).toBe(true);
  });
});
