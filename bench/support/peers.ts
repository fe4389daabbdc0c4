import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { nginxVersion, startProxy } from './nginx.js';
import { pin, SUBJECT_CORE } from './processor.js';
import { type Program, startProgram } from './program.js';

const FOLDER = fileURLToPath(new URL('../peers/', import.meta.url));

/** Programs of bench/peers and the package that each shows. */
const PEERS = {
  undici: 'undici',
  'fastify-http-proxy': '@fastify/http-proxy',
  'fast-gateway': 'fast-gateway',
  'http-proxy-3': 'http-proxy-3',
  'express-gateway': 'express-gateway',
} as const;

/** Something that carries requests to the backend, held on the core of what is measured. */
export interface Proxy {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
  readonly port: number;
}

/** Installs the peers, unless what their lock file names is there. They are no packages of the product's. */
function installPeers(): void {
  const { status } = spawnSync('npm', ['ls', '--all', '--silent'], { cwd: FOLDER, stdio: 'ignore' });
  if (status === 0) return;
  console.log('Installing peers (npm ci in bench/peers) …');
  const install = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: 'inherit',
  });
  if (install.status !== 0) throw new Error('the peers could not be installed');
}

async function packageVersion(name: string): Promise<string> {
  const text = await readFile(new URL(`../peers/node_modules/${name}/package.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Starts nginx and every peer in front of a backend, and stops them after `run`. */
export async function withPeers(backendPort: number, run: (peers: Proxy[]) => Promise<void>): Promise<void> {
  installPeers();
  const programs: Program[] = [];
  const peers: Proxy[] = [];
  const add = (name: string, version: string, program: Program): void => {
    programs.push(program);
    pin(program.pid, [SUBJECT_CORE]);
    peers.push({ name, version, pid: program.pid, port: program.port });
  };
  try {
    add('nginx', nginxVersion(), await startProxy(backendPort));
    for (const [name, packageName] of Object.entries(PEERS)) {
      const port = await findFreePort('127.0.0.1');
      const variables = {
        PORT: String(port),
        BACKEND_URL: `http://127.0.0.1:${backendPort}`,
        NODE_ENV: 'production',
        LOG_LEVEL: 'error',
      };
      const start = { file: process.execPath, argv: [`${name}.mjs`], port, variables, folder: FOLDER };
      add(name, await packageVersion(packageName), await startProgram(start));
    }
    await run(peers);
  } finally {
    for (const program of programs) await program.stop();
  }
}
