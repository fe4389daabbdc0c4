import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { versionOf } from '../support/program.js';
import type { LoadPlan, LoadRequest, LoadResult } from './plan.js';

const run = promisify(execFile);
/** How long an answer may take, and wrk beyond the time of the load. */
const ANSWER_TIMEOUT_SECONDS = 15;
const PATIENCE_MS = 20_000;

/** What the script lets wrk print. */
interface WrkSummary {
  readonly answered: number;
  readonly faults: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/** The version of wrk; null where it is not installed. */
export const wrkVersion = versionOf('wrk', '-v');

/**
 * A load by wrk, with one thread.
 * @throws Error when an answer was no success, or none came.
 */
export async function loadByWrk({ port, requests, connections }: LoadPlan, seconds: number): Promise<LoadResult> {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-wrk-'));
  try {
    const script = join(folder, 'load.lua');
    await writeFile(script, scriptOf(requests));
    const argv = [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      `--timeout=${ANSWER_TIMEOUT_SECONDS}s`,
      '-s',
      script,
      `http://127.0.0.1:${port}`,
    ];
    const { stdout } = await run('wrk', argv, { timeout: seconds * 1000 + PATIENCE_MS });
    return readResult(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readResult(output: string): LoadResult {
  const line = output.split('\n').find((each) => each.startsWith('{'));
  if (line === undefined) throw new Error(`wrk said:\n${output}`);
  const { answered, faults, durationUs, p50Us, p99Us } = JSON.parse(line) as WrkSummary;
  if (faults !== 0) throw new Error(`wrk: ${faults} of ${answered} requests failed:\n${output}`);
  return { answered, perSecond: answered / (durationUs / 1e6), p50Ms: p50Us / 1000, p99Ms: p99Us / 1000 };
}

/** The requests are written once, before the load begins; with one alone wrk does not even ask for the next. */
function scriptOf(requests: readonly LoadRequest[]): string {
  const entries = requests.map(({ method, path, headers, body }) => {
    const lines = Object.entries(headers).map(([name, value]) => `[${quote(name)}]=${quote(value)}`);
    const text = body === undefined ? 'nil' : quote(body);
    return `{${quote(method)}, ${quote(path)}, {${lines.join(', ')}}, ${text}},`;
  });
  return `
local entries = {
${entries.join('\n')}
}
local texts = {}
local at = 0
init = function()
  for n, entry in ipairs(entries) do texts[n] = wrk.format(entry[1], entry[2], entry[3], entry[4]) end
  if #texts == 1 then
    request = nil
    wrk.method, wrk.path, wrk.headers, wrk.body = entries[1][1], entries[1][2], entries[1][3], entries[1][4]
  end
end
request = function()
  at = at % #texts + 1
  return texts[at]
end
done = function(summary, latency)
  local errors = summary.errors
  local faults = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('{"answered":%d,"faults":%d,"durationUs":%d,"p50Us":%d,"p99Us":%d}\\n',
    summary.requests, faults, summary.duration, latency:percentile(50), latency:percentile(99)))
end
`;
}

/** A Lua string of printable characters. */
function quote(text: string): string {
  if (/[^\x20-\x7e]/.test(text)) throw new Error('only printable characters go into a script of wrk');
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
