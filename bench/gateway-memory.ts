/**
 * What a gateway holds in memory with 10,000 routes and 100,000 keys: before it is asked anything, and over minutes of
 * load with small and large bodies both ways. Flat is when the last third holds no more than 5 % beyond the middle one.
 * Run by name: `npm run bench -- gateway-memory [minutes]`. GATEWAY_ENGINE says which engine. Needs nginx.
 */
import { load, loader } from './load/load.js';
import { get } from './load/plan.js';
import { median } from './summary.js';
import { engine, untilAnswered, withGatewayBench } from './support/gateway-bench.js';
import { KEYS, makeLargeStage, ROUTES } from './support/large-gateway.js';
import { round } from './support/measure-load.js';
import { residentMegabytesOf } from './support/processor.js';
import { writeReport } from './support/report.js';
import { makeStage, plainDocument, uploadRequest } from './support/stages.js';

const MINUTES = Number(process.argv[2] ?? 3);
const SAMPLE_SECONDS = 5;
const CONNECTIONS = 64;
/** Of a thousand requests so many are for these; the others are small ones with keys. */
const PLAIN_OF_THOUSAND = { '/small': 200, '/ten-kb': 200, '/one-mb': 5, '/upload': 200 };
const FLAT_WITHIN = 1.05;

await withGatewayBench([{ GATEWAY_ENGINE: engine }], async (bench) => {
  const [gateway] = bench.stack.gateways;
  if (!gateway) throw new Error('there is no gateway');
  const megabytes = async (): Promise<number> => round((await residentMegabytesOf(gateway.pid)) ?? 0);
  const emptyMegabytes = await megabytes();
  const keyed = await makeLargeStage(bench);
  await untilAnswered({ port: gateway.port, requests: keyed, connections: 1 });
  const idleMegabytes = await megabytes();
  const { host } = await makeStage(bench.stack, plainDocument(), bench.backendUrl);
  const plain = Object.entries(PLAIN_OF_THOUSAND).flatMap(([path, count]) =>
    Array.from({ length: count }, () => (path === '/upload' ? uploadRequest(host) : get(host, path))),
  );
  const keyedCount = keyed.length - plain.length;
  const requests = [...keyed.slice(0, keyedCount), ...plain]
    .map((request, at) => ({ request, at: (at * 7919) % 1000 }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ request }) => request);
  const samples: number[] = [];
  let answered = 0;
  while (samples.length * SAMPLE_SECONDS < MINUTES * 60) {
    const plan = { port: gateway.port, requests, connections: CONNECTIONS };
    answered += (await load(plan, SAMPLE_SECONDS)).answered;
    samples.push(await megabytes());
  }
  const third = Math.floor(samples.length / 3);
  const middle = median(samples.slice(third, 2 * third));
  const last = median(samples.slice(-third));
  const figures = {
    emptyMegabytes,
    idleMegabytes,
    underLoadMegabytes: { highest: Math.max(...samples), middleThird: middle, lastThird: last },
    isFlat: last <= middle * FLAT_WITHIN,
  };
  console.log(JSON.stringify({ engine, answered, ...figures }, null, 2));
  const setup = { engine, loader, routes: ROUTES, keys: KEYS, minutes: MINUTES, connections: CONNECTIONS };
  await writeReport('gateway-memory', { ...setup, answered, ...figures, samples });
});
