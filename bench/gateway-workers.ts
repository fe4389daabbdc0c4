/**
 * What two gateways on two cores answer against one on one core. Load and backend share these cores, so the rates say
 * what this machine can do together; the processor time per request says what two cores of gateways alone would: twice
 * the rate of one as far as a request takes no more time beside another gateway.
 * Run by name: `npm run bench -- gateway-workers`. GATEWAY_ENGINE says which engine. Needs nginx.
 */
import { loader } from './load/load.js';
import { get } from './load/plan.js';
import { LOAD_CORE, pin, SUBJECT_CORE } from './support/processor.js';
import { quietest } from './support/disturbance.js';
import { engine, untilAnswered, withGatewayBench } from './support/gateway-bench.js';
import { loadTogether, rateOf, round, type Run } from './support/measure-load.js';
import { writeReport } from './support/report.js';
import { makeStage, plainDocument } from './support/stages.js';

const ROUNDS = 7;
const RUN_SECONDS = 3;
const CONNECTIONS = 64;

/** Load on all of these at once, the connections spread over them. */
function loadAll(workers: readonly { readonly pid: number; readonly port: number }[], host: string) {
  const connections = CONNECTIONS / workers.length;
  const plans = workers.map(({ port }) => ({ port, requests: [get(host, '/small')], connections }));
  return loadTogether(
    plans,
    workers.map(({ pid }) => pid),
    RUN_SECONDS,
  );
}

await withGatewayBench(
  [{ GATEWAY_ENGINE: engine }, { GATEWAY_ENGINE: engine }],
  async ({ stack, backend, backendUrl }) => {
    const { host } = await makeStage(stack, plainDocument(), backendUrl);
    const [first, second] = stack.gateways;
    if (!first || !second) throw new Error('there are not two gateways');
    pin(second.pid, [LOAD_CORE]);
    const groups = [[first], [first, second]].map((workers) => ({ workers, runs: [] as Run[] }));
    for (const { workers } of groups) {
      for (const { port } of workers) await untilAnswered({ port, requests: [get(host, '/small')], connections: 1 });
      await loadAll(workers, host);
    }
    for (let at = 0; at < ROUNDS; at += 1) {
      for (const { workers, runs } of at % 2 === 0 ? groups : groups.toReversed()) {
        // Beside one gateway, load and backend have the other core; beside two, what those leave of both.
        const cores = workers.length === 1 ? [LOAD_CORE] : [SUBJECT_CORE, LOAD_CORE];
        for (const pid of [process.pid, backend.pid]) pin(pid, cores);
        const { result, others } = await quietest(() => loadAll(workers, host));
        runs.push({ ...result, others });
      }
    }
    const results = groups.map(({ workers, runs }) => ({ workers: workers.length, ...rateOf(runs, workers.length) }));
    const [one, two] = results;
    if (!one || !two) throw new Error('nothing was measured');
    const scaling = {
      byRate: round(two.perSecond / one.perSecond),
      byCpu: one.cpuUs && two.cpuUs && round((2 * one.cpuUs) / two.cpuUs),
    };
    console.log(`engine ${engine}`);
    console.table(
      results.map(({ perSecondRange, ...rest }) => ({ ...rest, perSecondRange: perSecondRange.join('–') })),
    );
    console.log(`two against one: ${scaling.byRate} by rate, ${scaling.byCpu} by processor time`);
    const setup = { engine, loader, rounds: ROUNDS, runSeconds: RUN_SECONDS, connections: CONNECTIONS };
    await writeReport('gateway-workers', { ...setup, scaling, results });
  },
);
