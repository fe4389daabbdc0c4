import { build } from 'esbuild';
import { join } from 'node:path';
import { ROOT } from './run.mjs';

/** Packages that are loaded as CommonJS: bundled they would be wrapped, and the lazy ones must stay outside. */
const EXTERNAL = ['ajv-draft-04', 'ioredis', 'ipaddr.js', '@opentelemetry/*', 'pino', 'prom-client', 're2js', 'undici'];

/**
 * Puts all modules of the gateway into one file, in the place of what the compiler has made of its entry: loading three
 * hundred files takes as long as all else of its start. What is imported when it is needed has files beside it.
 */
export async function bundleGateway() {
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main/gateway.ts'],
    outdir: join(ROOT, 'dist/main'),
    chunkNames: 'gateway-parts/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
  });
}
