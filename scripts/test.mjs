// npm test: all tests. Words behind it go to Jest: npm test -- test/gateway
import { prepare } from './setup/prepare.mjs';
import { main } from './setup/run.mjs';

await main(async () => {
  await prepare();
  await import('jest/bin/jest.js');
});
