/**
 * Whether the engine on sockets reads every message as others do: requests and answers, right, nearly right and wrong,
 * cut at random places. First against llhttp (strict, as node:http has it) inside this process; then bytes through a
 * gateway process to a backend on node:http, to nginx, and answers of a backend to a client. A message that the engine
 * lets through and that anybody reads otherwise ends the program with the message.
 * Run by name: `npm run bench -- engine-agreement [messages] [seed]`: so many requests and as many answers, and a
 * twentieth of that end to end. Starts and stops all that it needs, on loopback.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import fc from 'fast-check';
import { compareRequests, compareResponses, type Verdict } from '../test/gateway/http1/agreement.js';
import { sentRequests } from '../test/gateway/http1/messages.js';
import { sentResponses } from '../test/gateway/http1/responses.js';
import { checkEndToEnd } from './smuggling.js';

const MESSAGES = Number(process.argv[2] ?? 1_000_000);
const SEED = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
/** Kept in memory at once. */
const BATCH = 10_000;
/** A message end to end costs as much as some hundred of the others. */
const END_TO_END_SHARE = 0.05;

/** Counts verdicts by kind and reason. @throws Error with the first message that is read in two ways. */
function compareAll<Message>(messages: fc.Arbitrary<Message>, compare: (message: Message) => Verdict) {
  const counts = new Map<string, number>();
  for (let done = 0; done < MESSAGES; done += BATCH) {
    const numRuns = Math.min(BATCH, MESSAGES - done);
    for (const message of fc.sample(messages, { numRuns, seed: SEED + done })) {
      const { kind, why } = compare(message);
      if (kind === 'differ') throw new Error(`read in two ways (${why}): ${JSON.stringify(message)}`);
      const key = `${kind}: ${why}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].toSorted(([, one], [, other]) => other - one));
}

console.log(`seed ${SEED}`);
const requests = compareAll(sentRequests, compareRequests);
console.table(requests);
const answers = compareAll(sentResponses, compareResponses);
console.table(answers);
const endToEnd = await checkEndToEnd(Math.ceil(MESSAGES * END_TO_END_SHARE), SEED);
for (const [part, counts] of Object.entries(endToEnd)) {
  console.log(part);
  console.table(counts);
}
const machine = { node: process.version, llhttp: process.versions['llhttp'], cpu: cpus()[0]?.model };
const report = { messages: MESSAGES, seed: SEED, ...machine, requests, answers, endToEnd };
await mkdir('bench/results', { recursive: true });
await writeFile('bench/results/engine-agreement.json', `${JSON.stringify(report, null, 2)}\n`);
