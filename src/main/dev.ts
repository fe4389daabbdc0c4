import { existsSync } from 'node:fs';
import { isPortFree } from './dev/free-port.js';
import type { StartSecrets } from './dev/secrets.js';
import { type DevSettings, type Listener, readDevSettings } from './dev/settings.js';
import { DevStack, urlOf } from './dev/stack.js';

/** Ctrl-C reaches us twice when npm has started us: from the terminal, and passed on by npm. */
const SAME_SIGNAL_MS = 300;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Runs the whole of Gatewright on this machine until a signal comes or a part ends. */
async function run(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const settings = readDevSettings(process.env);
  await demandFreePort(settings.controlPlane);
  await demandFreePort(settings.gateway);
  const stack = new DevStack(settings, say);
  const interrupted = interruption(stack);
  try {
    const started = await stack.start(process.env, interrupted);
    say(describe(settings, started));
    await untilTheEnd(stack, interrupted);
  } catch (error) {
    if (!interrupted.aborted) throw error;
  } finally {
    await stack.stop();
  }
}

/** Aborts at the first signal to stop; one more makes an end of it. */
function interruption(stack: DevStack): AbortSignal {
  const controller = new AbortController();
  let stoppingSince = 0;
  const onSignal = (): void => {
    if (!controller.signal.aborted) {
      say('Stopping; once more to force it.');
      stoppingSince = performance.now();
      controller.abort();
    } else if (performance.now() - stoppingSince > SAME_SIGNAL_MS) {
      say('Forced.');
      stack.kill();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return controller.signal;
}

/** @throws Error that says what ended, unless the start was interrupted. */
async function untilTheEnd(stack: DevStack, interrupted: AbortSignal): Promise<void> {
  const stopped = new Promise<null>((resolve) => {
    interrupted.addEventListener('abort', () => resolve(null), { once: true });
    if (interrupted.aborted) resolve(null);
  });
  const death = await Promise.race([stopped, stack.death()]);
  if (death === null) return;
  const { name, how, logFile, lastLines } = death;
  throw new Error(`The ${name} has ended (${how}). The last lines of ${logFile}:\n${lastLines}`);
}

/** @throws Error that names the port and the variable that says which it is. */
async function demandFreePort({ variable, port, host }: Listener): Promise<void> {
  const isFree = await isPortFree(port, host).catch((cause: unknown) => {
    throw new Error(`Port ${port} on ${host} (${variable}) cannot be listened on`, { cause });
  });
  if (!isFree) throw new Error(`Port ${port} is in use. Stop who uses it, or choose another: ${variable}=… npm start`);
}

function describe(settings: DevSettings, { secrets, isAccessKeyNew }: StartSecrets): string {
  const management = urlOf(settings.controlPlane);
  const seconds = (performance.now() / 1000).toFixed(1);
  const { BOOTSTRAP_APP_KEY: appKey, BOOTSTRAP_ACCESS_KEY_ID: id, BOOTSTRAP_ACCESS_KEY_SECRET: secret } = secrets;
  // Shown once; whoever needs the secret later finds it in the data folder.
  const accessKey = isAccessKeyNew ? `access key of the administrator ${id} with the secret ${secret}, ` : '';
  return (
    `Gatewright is ready after ${seconds} s: management API ${management}/v1.0/appkeys/${appKey}, ` +
    `its documentation ${management}/docs, gateway ${urlOf(settings.gateway)}, ${accessKey}appKey ${appKey}`
  );
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`;
}

run()
  .then(() => process.exit(0))
  .catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exit(1);
  });
