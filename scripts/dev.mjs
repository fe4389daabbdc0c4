// npm run dev: as npm start, and compiles and starts again whenever a source changes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { prepare } from './setup/prepare.mjs';
import { main, ROOT } from './setup/run.mjs';

await main(async () => {
  await prepare();
  const compiler = spawn(
    process.execPath,
    [`${ROOT}node_modules/typescript/bin/tsc`, '-p', 'tsconfig.json', '--watch', '--preserveWatchOutput'],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // Not before the packages are there.
  const { bundlePrograms } = await import('./setup/bundle.mjs');
  const stack = restartable();
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => compiler.kill());
  for await (const line of createInterface({ input: compiler.stdout })) {
    console.log(line);
    if (!/Found 0 errors/.test(line)) continue;
    await bundlePrograms();
    await stack.restart();
  }
  await stack.stop();
});

/** The stack as one child process: what it starts ends with it. */
function restartable() {
  let child = null;
  const stop = async () => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  };
  const restart = async () => {
    await stop();
    child = spawn(process.execPath, [`${ROOT}dist/main/dev.js`], { cwd: ROOT, stdio: 'inherit' });
  };
  return { restart, stop };
}
