import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../src/main/dev/free-port.js';
import { demandProgram, type Program, startProgram } from './program.js';

/** Connections to the backend that the proxy keeps open: more than any load has. */
const KEPT_CONNECTIONS = 256;
/** Requests on a connection before nginx closes it: none of these runs comes near. */
const NO_END = 1_000_000_000;
const WORKER_TIMEOUT_MS = 5_000;

/** Bodies that the backend answers with. */
export const SMALL_BODY = '{"id":1,"name":"a small answer of a backend"}\n';
const FILES = { 'ten-kb': 10 * 1024, 'one-mb': 1024 * 1024 };

/** The version of nginx. @throws Error when it is not installed. */
export const nginxVersion = (): string => demandProgram('nginx', '-v', 'nginx');

/**
 * Starts nginx as a backend that costs far less than any gateway: GET /ten-kb and /one-mb, and 46 bytes for every other
 * request; what a request carries is read.
 */
export function startBackend(): Promise<Program> {
  return startNginx('', [
    'location / {',
    '  default_type application/json;',
    `  return 200 '${SMALL_BODY.trimEnd()}\\n';`,
    '}',
    ...Object.keys(FILES).map((name) => `location = /${name} { root FILES; }`),
  ]);
}

/** Starts nginx as a plain proxy of a backend, with connections to it kept open: as little as a proxy can do. */
export function startProxy(backendPort: number): Promise<Program> {
  const upstream = `upstream backend { server 127.0.0.1:${backendPort}; keepalive ${KEPT_CONNECTIONS}; keepalive_requests ${NO_END}; }`;
  return startNginx(upstream, [
    'location / {',
    '  proxy_pass http://backend;',
    '  proxy_http_version 1.1;',
    "  proxy_set_header Connection '';",
    // Answers go through memory alone, as they do in a gateway.
    '  proxy_max_temp_file_size 0;',
    '}',
  ]);
}

async function startNginx(before: string, locations: readonly string[]): Promise<Program> {
  nginxVersion();
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-nginx-'));
  // As root, the worker runs as somebody else, who has to be able to read the files.
  await chmod(folder, 0o755);
  const port = await findFreePort('127.0.0.1');
  const files = join(folder, 'files');
  await mkdir(files);
  for (const [name, bytes] of Object.entries(FILES)) await writeFile(join(files, name), 'x'.repeat(bytes));
  const configuration = configurationOf(port, before, locations).replaceAll('FILES', files);
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const argv = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const master = await startProgram({ file: 'nginx', argv, port });
  const stop = async (): Promise<void> => {
    await master.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { pid: await workerOf(master.pid), port, stop };
}

function configurationOf(port: number, before: string, locations: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path temp-${kind};`,
  );
  return [
    'daemon off;',
    'worker_processes 1;',
    'pid nginx.pid;',
    'events { worker_connections 4096; }',
    'http {',
    'access_log off;',
    ...temporary,
    'sendfile on;',
    'open_file_cache max=10;',
    `keepalive_requests ${NO_END};`,
    before,
    `server { listen 127.0.0.1:${port} backlog=1024;`,
    ...locations,
    '}',
    '}',
    '',
  ].join('\n');
}

/** The one process that another has started: the worker, which does the work. Without /proc, the other one itself. */
async function workerOf(parent: number): Promise<number> {
  if (!existsSync('/proc/self/stat')) return parent;
  const deadline = performance.now() + WORKER_TIMEOUT_MS;
  while (performance.now() < deadline) {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      // A process that has ended meanwhile is not the one.
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
      if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) return Number(name);
    }
  }
  throw new Error(`nginx ${parent} has started no worker`);
}
