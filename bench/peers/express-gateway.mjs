// express-gateway with one pipeline that proxies everything. It reads its configuration from a folder.
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const folder = await mkdtemp(join(tmpdir(), 'express-gateway-'));
const standard = join(dirname(require.resolve('express-gateway')), 'config');
await cp(join(standard, 'models'), join(folder, 'models'), { recursive: true });
await cp(join(standard, 'system.config.yml'), join(folder, 'system.config.yml'));
const configuration = {
  http: { port: Number(process.env.PORT), hostname: '127.0.0.1' },
  apiEndpoints: { all: { host: '*', paths: '/*' } },
  serviceEndpoints: { backend: { url: process.env.BACKEND_URL } },
  policies: ['proxy'],
  pipelines: { all: { apiEndpoints: ['all'], policies: [{ proxy: { action: { serviceEndpoint: 'backend' } } }] } },
};
// YAML reads JSON.
await writeFile(join(folder, 'gateway.config.yml'), JSON.stringify(configuration));
process.on('SIGTERM', () => void rm(folder, { recursive: true, force: true }).then(() => process.exit()));
await require('express-gateway')().load(folder).run();
