/**
 * What the gateway costs, against peers and the limit in the same run: requests per second and processor time per
 * request of nginx as a plain proxy, of proxies and gateways for Node, and of ours with each engine, of which several
 * processes take turns. Each is held on one core, with load and backend on the other (nginx too); cases and proxies take
 * turns in every round. With less than 95 % of its core busy it was not the proxy that bounded the rate: then it could do
 * more, and its processor time says what.
 * Run by name: `npm run bench -- gateway-peers [case…]`. Results of cases that are not named stay as they were measured.
 * Needs nginx; wrk where it is there. Starts and stops all that it needs, on loopback.
 */
import { engines } from '../src/gateway/settings.js';
import { loader, load } from './load/load.js';
import { get, type LoadPlan, type LoadRequest } from './load/plan.js';
import { type GatewayBench, untilAnswered, withGatewayBench } from './support/gateway-bench.js';
import { measureRun, type Rate, rateOf, round, type Run } from './support/measure-load.js';
import { SMALL_BODY } from './support/nginx.js';
import { type Proxy, withPeers } from './support/peers.js';
import { machine, readReport, writeReport } from './support/report.js';
import * as stages from './support/stages.js';

/** Each of the processes runs in both orders of the contenders as often. */
const ROUNDS = 6;
/** Of our gateway for each engine: from one to the next, V8 compiles the same code to something quicker or slower. */
const PROCESSES = 3;
const RUN_SECONDS = 2;
const WARM_UP_SECONDS = 2;
const CONNECTIONS = 64;
/** Asked for until they are answered, before the load begins: keys come after their stage, of which there are as many. */
const FIRST_REQUESTS = 100;
/** Of every load of the case `routes`. */
const DIFFERENT_REQUESTS = 10_000;

/** Cases that all proxies share, and the requests of each for a host. */
const SHARED: Readonly<Record<string, (host: string) => LoadRequest>> = {
  'small-get': (host) => get(host, '/small'),
  'get-10-kb': (host) => get(host, '/ten-kb'),
  'get-1-mb': (host) => get(host, '/one-mb'),
  'post-10-kb': stages.uploadRequest,
};
const CASES = [...Object.keys(SHARED), 'plugins', 'routes'];

/** What takes turns with others in a case. */
interface Contender {
  readonly name: string;
  /** Processes that take turns from round to round. */
  readonly processes: readonly Proxy[];
  readonly requests: () => readonly LoadRequest[];
  readonly runs: Run[];
}

/** A contender's medians and how they stand to the first one of the same kind. */
interface Result extends Rate {
  readonly name: string;
  readonly ratio: number;
  /** How many times the processor time of the reference a request takes, as a ratio of rates: its inverse. */
  readonly ratioByCpu: number | null;
}

interface CaseResult extends ReturnType<typeof machine> {
  readonly reference: string;
  readonly results: readonly Result[];
}

const planOf = ({ requests }: Contender, { port }: Proxy): LoadPlan => ({
  port,
  requests: requests(),
  connections: CONNECTIONS,
});

const contender = (name: string, processes: readonly Proxy[], requests: () => readonly LoadRequest[]): Contender => ({
  name,
  processes,
  requests,
  runs: [],
});

/** Lets contenders take turns, in changing order, so that what else the machine does hits all alike. */
async function takeTurns(contenders: readonly Contender[]): Promise<void> {
  for (const each of contenders) {
    for (const one of each.processes) {
      const plan = planOf(each, one);
      await untilAnswered({ ...plan, requests: plan.requests.slice(0, FIRST_REQUESTS) });
      await load(plan, WARM_UP_SECONDS);
    }
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const order = round % 2 === 0 ? contenders : contenders.toReversed();
    for (const each of order) {
      const one = each.processes[round % each.processes.length] as Proxy;
      each.runs.push(await measureRun(planOf(each, one), [one.pid], RUN_SECONDS));
    }
  }
}

/** Medians and ratios; `referenceOf` says which contender each is compared with. */
function resultsOf(contenders: readonly Contender[], referenceOf: (each: Contender) => string): Result[] {
  const rates = new Map(contenders.map(({ name, runs }) => [name, rateOf(runs)]));
  return contenders.map((each) => {
    const rate = rateOf(each.runs);
    const reference = rates.get(referenceOf(each)) ?? rate;
    return {
      name: each.name,
      ...rate,
      ratio: round(rate.perSecond / reference.perSecond),
      ratioByCpu: reference.cpuUs && rate.cpuUs && round(reference.cpuUs / rate.cpuUs),
    };
  });
}

function show(title: string, { reference, results }: CaseResult): void {
  console.log(`\n${title}, ratios to ${reference}`);
  console.table(
    Object.fromEntries(
      results.map(({ name, perSecond, ratio, cpuUs, ratioByCpu, busy, others, p99Ms }) => [
        name,
        { 'per s': perSecond, ratio, 'CPU µs': cpuUs, 'by CPU': ratioByCpu, busy, others, 'p99 ms': p99Ms },
      ]),
    ),
  );
}

/** The processes of our gateway with one engine. */
interface OwnProcesses {
  readonly name: string;
  readonly processes: readonly Proxy[];
}

function ownProcesses({ stack }: GatewayBench): OwnProcesses[] {
  return engines.map((engine, at) => {
    const name = `gatewright, ${engine}`;
    const gateways = stack.gateways.slice(at * PROCESSES, (at + 1) * PROCESSES);
    return { name, processes: gateways.map(({ pid, port }) => ({ name, version: 'this one', pid, port })) };
  });
}

/** A case that all proxies share: ratios are to nginx. */
async function measureShared(name: string, peers: readonly Proxy[], ours: readonly OwnProcesses[], host: string) {
  const request = SHARED[name];
  if (!request) throw new Error(`there is no case ${name}`);
  const all = [...peers.map((peer) => ({ name: peer.name, processes: [peer] })), ...ours];
  const contenders = all.map((one) => contender(one.name, one.processes, () => [request(host)]));
  await takeTurns(contenders);
  return { ...machine(), reference: 'nginx', results: resultsOf(contenders, () => 'nginx') };
}

/** Runs each set of requests on each of our engines; ratios are to the first set on the same engine. */
async function measureOwn(ours: readonly OwnProcesses[], sets: ReadonlyMap<string, () => readonly LoadRequest[]>) {
  const [reference = ''] = sets.keys();
  const contenders = ours.flatMap(({ name, processes }) =>
    [...sets].map(([set, requests]) => contender(`${name}: ${set}`, processes, requests)),
  );
  await takeTurns(contenders);
  const results = resultsOf(contenders, ({ processes }) => `${processes[0]?.name ?? ''}: ${reference}`);
  return { ...machine(), reference: `${reference} of the same engine`, results };
}

/** Each plugin that checks or rewrites, and MOCK. */
async function pluginSets({ stack, backendUrl }: GatewayBench, host: string) {
  const signed = await stages.hmacRequests(stack, backendUrl);
  const fixed = {
    'key + plan': await stages.keyRequests(stack, backendUrl),
    'JWT HS256': await stages.jwtRequests(stack, backendUrl),
    rewriting: await stages.rewritingRequests(stack, backendUrl),
    MOCK: await stages.mockRequests(stack, backendUrl, SMALL_BODY),
  };
  const sets = new Map<string, () => readonly LoadRequest[]>([['no plugin', () => [get(host, '/small')]]]);
  for (const [name, requests] of Object.entries(fixed)) sets.set(name, () => requests);
  return sets.set('HMAC', signed);
}

/**
 * 1, 100 and 10,000 routes, every one called in turn; and 100 of the 10,000, whose memory stays warm. All loads are of as
 * many different requests: with one request that is always the same, the load and the backend would have less to do.
 */
async function routeSets({ stack, backendUrl }: GatewayBench) {
  const sets = new Map<string, () => readonly LoadRequest[]>();
  for (const routes of [1, 100, 10_000]) {
    const { document, paths } = stages.manyRoutes(routes);
    const { host } = await stages.makeStage(stack, document, backendUrl);
    const add = (name: string, called: readonly string[]): void => {
      const requests = Array.from({ length: DIFFERENT_REQUESTS }, (_unused, at) =>
        get(host, stages.ofTenant(called[at % called.length] ?? '', `t${at}`)),
      );
      sets.set(name, () => requests);
    };
    add(`${routes} routes`, paths);
    if (routes > 100) add(`100 called of ${routes} routes`, paths.slice(0, 100));
  }
  return sets;
}

const named = process.argv.slice(2);
const unknown = named.find((name) => !CASES.includes(name));
if (unknown !== undefined) throw new Error(`there is no case ${unknown}; there are ${CASES.join(', ')}`);
const chosen = named.length > 0 ? named : CASES;
const earlier = await readReport<{ cases?: Record<string, CaseResult> }>('gateway-peers');
const cases: Record<string, CaseResult> = { ...earlier?.cases };

await withGatewayBench(
  engines.flatMap((engine) => Array.from({ length: PROCESSES }, () => ({ GATEWAY_ENGINE: engine }))),
  async (bench) => {
    const ours = ownProcesses(bench);
    const { host } = await stages.makeStage(bench.stack, stages.plainDocument(), bench.backendUrl);
    await bench.stepBack();
    await withPeers(bench.backend.port, async (peers) => {
      for (const name of chosen) {
        if (name === 'plugins') cases[name] = await measureOwn(ours, await pluginSets(bench, host));
        else if (name === 'routes') cases[name] = await measureOwn(ours, await routeSets(bench));
        else cases[name] = await measureShared(name, peers, ours, host);
        show(name, cases[name]);
        const versions = Object.fromEntries(peers.map(({ name: peer, version }) => [peer, version]));
        const runs = { rounds: ROUNDS, processes: PROCESSES, runSeconds: RUN_SECONDS, connections: CONNECTIONS };
        await writeReport('gateway-peers', { loader, versions, ...runs, cases });
      }
    });
  },
);
