// npm start: everything on this machine, ready to use.
import { prepare } from './setup/prepare.mjs';
import { main } from './setup/run.mjs';

await main(async () => {
  await prepare();
  await import('../dist/main/dev.js');
});
