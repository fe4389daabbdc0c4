import { readSettings } from '../../src/gateway/settings.js';
import { request } from 'undici';
import { startTestPostgres } from '../../test/harness/postgres.js';
import { launchStack, type PrivateStack } from '../../test/harness/stack.js';
import type { LoadPlan } from '../load/plan.js';
import { startBackend } from './nginx.js';
import { LOAD_CORE, pin, SUBJECT_CORE, yieldHelperThreads, yieldToOthers } from './processor.js';
import { endWithThis, type Program } from './program.js';

/** How long gateways may take to know new keys. */
const KNOWN_TIMEOUT_MS = 20_000;
const VARIABLES = { MAX_METHODS: '10000', DEPLOY_TIMEOUT_MS: '120000' };

/** The engine that GATEWAY_ENGINE names, or the standard one. */
export const engine = readSettings({ ...process.env, GATEWAY_TOKEN: 'only-the-engine-is-read' }).engine;

/** What a benchmark of gateways runs on: the product, and a backend that costs next to nothing. */
export interface GatewayBench {
  readonly stack: PrivateStack;
  readonly backend: Program;
  readonly backendUrl: string;
  /** From now on what else is on the core of the load and the backend takes nothing from them. */
  readonly stepBack: () => Promise<void>;
}

/**
 * Starts PostgreSQL, a control plane, a gateway for each of `variables`, and a backend, and stops them after `run`.
 * Everything is held on the core of the load, this process included; gateways on the one of what is measured.
 */
export async function withGatewayBench(
  variables: readonly Record<string, string>[],
  run: (bench: GatewayBench) => Promise<void>,
): Promise<void> {
  pin(process.pid, [LOAD_CORE]);
  const postgres = await startTestPostgres();
  const kept = [endWithThis(postgres.pid, 'SIGQUIT')];
  try {
    await postgres.createDatabase('bench');
    const stack = await launchStack(postgres.url('bench'), { gateways: 0, variables: VARIABLES });
    try {
      for (const each of variables) pin((await stack.startGateway(each)).pid, [SUBJECT_CORE]);
      for (const { pid } of [...stack.controlPlanes, ...stack.gateways]) kept.push(endWithThis(pid));
      Object.assign(stack, { address: { ...stack.address, gatewayPorts: stack.gateways.map(({ port }) => port) } });
      const backend = await startBackend();
      try {
        const stepBack = async () => {
          for (const { pid } of [postgres, ...stack.controlPlanes]) await yieldToOthers(pid);
          await yieldHelperThreads();
        };
        await run({ stack, backend, backendUrl: `http://127.0.0.1:${backend.port}`, stepBack });
      } finally {
        await backend.stop();
      }
    } finally {
      await stack.stop();
    }
  } finally {
    await postgres.stop();
    // Others may have these process ids from now on.
    for (const keep of kept) keep();
  }
}

/**
 * Waits until every request of a plan is answered with 200, as keys reach gateways a moment after they were made.
 * Gives the bytes of the first answer's body.
 */
export async function untilAnswered({ port, requests }: LoadPlan): Promise<number> {
  const deadline = performance.now() + KNOWN_TIMEOUT_MS;
  let firstBytes: number | null = null;
  for (const { method, path, headers, body } of requests) {
    for (;;) {
      const answer = await request(`http://127.0.0.1:${port}${path}`, { method: method as 'GET', headers, body });
      const text = await answer.body.text();
      firstBytes ??= answer.statusCode === 200 ? text.length : null;
      if (answer.statusCode === 200) break;
      if (performance.now() > deadline) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    }
  }
  return firstBytes ?? 0;
}
