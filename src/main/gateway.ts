import './v8-flags.js';
import { type RunningGateway, readSettings, standardLog, startGateway } from '../gateway/index.js';
import { nameSourcesInStacks } from '../kernel/stack-traces.js';

async function start(): Promise<void> {
  const settings = readSettings(process.env);
  const gateway = await startGateway(settings);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(gateway, signal));
  standardLog('info', `gateway listening on http://${settings.host}:${gateway.port}`, { port: gateway.port });
}

function stop(gateway: RunningGateway, signal: string): void {
  standardLog('info', 'gateway is stopping', { signal });
  gateway.close().then(() => process.exit(0), fail);
}

function fail(error: unknown): void {
  standardLog('error', `the gateway cannot run: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

nameSourcesInStacks();
start().catch(fail);
