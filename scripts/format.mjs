// npm run format: formats the whole tree.
import { prepareTools } from './setup/prepare.mjs';
import { main, ROOT, run } from './setup/run.mjs';

await main(async () => {
  await prepareTools();
  await run(process.execPath, [`${ROOT}node_modules/oxfmt/bin/oxfmt`, '.']);
});
