// npm test: all tests. Words behind it go to Jest: npm test -- test/gateway
import { prepare } from './setup/prepare.mjs';
import { main } from './setup/run.mjs';

await main(async () => {
  await prepare();
  const { run } = await import('jest');
  await run();
});
