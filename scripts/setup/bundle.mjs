import { transformFile } from '@swc/core';
import { build } from 'esbuild';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { swcOptions } from '../swc-options.mjs';
import { ROOT } from './run.mjs';
import { keepOwnLines } from './source-maps.mjs';

/** What both programs are bundled with. What is imported when it is needed has files beside them. */
const COMMON = {
  absWorkingDir: ROOT,
  outdir: join(ROOT, 'dist/main'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  logLevel: 'warning',
};

/** Packages that are loaded as CommonJS: bundled they would be wrapped, and the lazy ones must stay outside. */
const COMMON_JS = [
  'ajv-draft-04',
  'ioredis',
  'ipaddr.js',
  '@opentelemetry/*',
  'pino',
  'prom-client',
  're2js',
  'undici',
];

/** Packages of the control plane that look for files of their own, or that others load or watch past the bundler. */
const BY_THEMSELVES = [
  '@apidevtools/*',
  '@prisma/client/*',
  'class-transformer',
  'class-validator',
  'pg',
  'piscina',
  'swagger-ui-dist',
];

/** What packages load where it is installed, which it is not. */
const NOT_INSTALLED = [
  '@fastify/multipart',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
];

/** Bundled packages that are CommonJS ask for modules of Node. */
const REQUIRE = `
import { createRequire as bundledCreateRequire } from 'node:module';
const require = bundledCreateRequire(import.meta.url);`;

/** The bundler drops the metadata of decorators, by which Nest knows what to inject. */
const decoratorMetadata = {
  name: 'decorator-metadata',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const { code } = await transformFile(path, {
        ...swcOptions,
        sourceMaps: 'inline',
        configFile: false,
        swcrc: false,
      });
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * Puts all modules of each program into one file, in the place of what the compiler has made of its entry: loading the
 * hundreds of files of a gateway, and the thousands of a control plane, takes as long as all else of its start.
 */
export async function bundlePrograms() {
  await Promise.all([bundleGateway(), bundleControlPlane()]);
}

async function bundleGateway() {
  await bundle({
    entryPoints: ['src/main/gateway.ts'],
    chunkNames: 'gateway-parts/[name]-[hash]',
    external: COMMON_JS,
  });
}

/** The program, and the thread that it reads Swagger documents in. */
async function bundleControlPlane() {
  await bundle({
    entryPoints: {
      'control-plane': 'src/main/control-plane.ts',
      'swagger.worker': 'src/modules/resources/import/swagger.worker.ts',
    },
    chunkNames: 'control-plane-parts/[name]-[hash]',
    external: [...COMMON_JS, ...BY_THEMSELVES, ...NOT_INSTALLED],
    banner: { js: REQUIRE },
    // By their names classes are described in the OpenAPI document, and told in the log.
    keepNames: true,
    plugins: [decoratorMetadata],
  });
}

async function bundle(options) {
  const { metafile } = await build({ ...COMMON, ...options });
  const files = Object.keys(metafile.outputs).map((path) => join(ROOT, path));
  const [maps, programs] = [files.filter(isMap), files.filter((path) => !isMap(path))];
  await Promise.all(maps.map(keepOwnLines));
  if (options.keepNames) await keepGivenNames(programs);
}

const isMap = (path) => path.endsWith('.map');

/** How esbuild names a function, and the same for one that has that name: most do, and are made again with every call. */
const NAMING = 'var __name = (target, value) => __defProp(target, "name", { value, configurable: true });';
const QUICK_NAMING =
  'var __name = (target, value) => target.name === value ? target : __defProp(target, "name", { value, configurable: true });';

async function keepGivenNames(programs) {
  let isFound = false;
  for (const path of programs) {
    const text = await readFile(path, 'utf8');
    if (!text.includes(NAMING)) continue;
    await writeFile(path, text.replace(NAMING, QUICK_NAMING));
    isFound = true;
  }
  if (!isFound) throw new Error('esbuild names functions in another way than it did');
}
