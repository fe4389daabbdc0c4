import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { canPin } from './processor.js';

const FOLDER = 'bench/results';

/** What a result was measured on. */
export function machine() {
  const [processor] = cpus();
  return {
    node: process.version,
    cpu: processor?.model,
    cores: cpus().length,
    kernel: release(),
    canPin,
    loadAverage: Number(loadavg()[0]?.toFixed(2)),
    measuredAt: new Date().toISOString(),
  };
}

/** Writes the result of a benchmark, with the machine, to bench/results/<name>.json. */
export async function writeReport(name: string, result: object): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}/${name}.json`, `${JSON.stringify({ ...machine(), ...result }, null, 2)}\n`);
}

/** The result that {@link writeReport} has left, for programs that measure parts of it; null without one. */
export async function readReport<Report>(name: string): Promise<Report | null> {
  const text = await readFile(`${FOLDER}/${name}.json`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return text === null ? null : (JSON.parse(text) as Report);
}
