import { Agent } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Snapshot } from '../../../src/contract/snapshot.js';
import { explain, type Explanation, KeptSchemas } from '../../../src/gateway/explain/index.js';
import { type Answer, call, STAGE_HOST } from '../support/client.js';
import { useBackend, useGateway } from '../support/suite.js';
import { until } from '../support/until.js';
import { type GeneratedRequest, requests } from './requests.js';
import { accessOfStages, accessPage, QUOTA, stages } from './stages.js';

const STAGES = 50;
const REQUESTS_PER_STAGE = 200;
const SEED = 20261128;

const backend = useBackend();
const preApi = useBackend();
const gateway = useGateway();
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const bodySchemas = new KeptSchemas();
/** Used of the quota by key id, as the answers have told. */
const used = new Map<string, number>();
/** How often requests ended in which way. */
const outcomes = new Map<string, number>();
/** Ways to end that the requests must show often enough. */
const FREQUENT = [
  'BACKEND MOCK PREFLIGHT UrlNotFound UriInvalid IpNotAllowed RequestInvalid InternalError',
  'HmacAuthorizationEmpty HmacSchemeInvalid HmacHeadersMissing HmacSignatureInvalid',
  'JwtAuthorizationEmpty JwtSchemeInvalid JwtInvalid',
  'ApiKeyEmpty ApiKeyInvalid ApiKeyInactive QuotaExceeded',
].flatMap((line) => line.split(' '));

beforeAll(async () => {
  gateway().controlPlane.access.change(accessOfStages);
  await gateway().deploy([]);
  await until(async () => (await gateway().call('/')).status === 404);
});

afterAll(() => agent.destroy());

async function explained(
  snapshot: Snapshot,
  { method, target, headers, body }: GeneratedRequest,
): Promise<Explanation> {
  return explain(
    {
      document: snapshot,
      hosts: [STAGE_HOST],
      bodySchemas,
      openSecret: (secret) => secret,
      readAccess: () => Promise.resolve({ page: accessPage, usedOfQuota: (key) => used.get(key) ?? 0, keyHint: null }),
    },
    {
      method,
      target,
      scheme: 'http',
      clientAddress: '127.0.0.1',
      headers: Object.entries(headers).flat(),
      body: body === null ? null : Buffer.from(body),
    },
    () => undefined,
  );
}

/** Of the connection rather than of the message; and of the moment: ids and what is left of limits per second. */
const PASSING =
  /^(connection|keep-alive|date|content-length|transfer-encoding|x-request-id|host|ratelimit|x-ratelimit-.*|x-quota-reset|x-nhn-ratelimit-remaining|retry-after)$/;

function comparable(headers: readonly string[]): string[] {
  const lines = headers.flatMap((name, at) => (at % 2 === 0 ? [`${name.toLowerCase()}: ${headers[at + 1]}`] : []));
  return lines.filter((line) => !PASSING.test(line.slice(0, line.indexOf(':')))).toSorted();
}

function noteQuota(explanation: Explanation, answer: Answer): void {
  const left = answer.headers['x-quota-remaining'];
  if (explanation.apiKeyId === 'good' && left !== undefined) used.set('good', QUOTA - Number(left));
}

/** What the gateway has done with a request, in the words of an explanation. */
function observed(answer: Answer) {
  const id = answer.headers['x-request-id'];
  const sent = backend().received.find(({ headers }) => headers['x-request-id'] === id);
  if (sent) return { backend: sent.url, headers: comparable(sent.rawHeaders) };
  return { status: answer.status, body: answer.text, headers: comparable(answer.rawHeaders) };
}

function expected({ backend: sent, answer }: Explanation) {
  if (sent) return { backend: sent.url.slice(backend().url.length), headers: comparable(sent.headers) };
  return { status: answer?.status, body: answer?.body, headers: comparable(answer?.headers ?? []) };
}

/** Every check before the one that refuses has let the request on, and none after it was asked. */
function expectOrder({ plugins }: Explanation): void {
  const initials = plugins.filter(({ phase }) => phase === 'CHECK').map(({ result }) => result[0]);
  // Passed, Assumed, Refused, Skipped; all are skipped where the request ends before the first.
  expect(initials.join('')).toMatch(/^([PA]*|[PA]*RS*|S*)$/);
}

async function send({ target, method, headers, body }: GeneratedRequest): Promise<Answer> {
  const { host = '' } = headers;
  return call(gateway().port, target, { method, headers, host, body: Buffer.from(body ?? ''), agent });
}

it('says of 10,000 requests to 50 stages what the gateway then does', async () => {
  const snapshots = fc.sample(stages(backend().url, `${preApi().url}/ok`), { numRuns: STAGES, seed: SEED });
  for (const [at, snapshot] of snapshots.entries()) {
    await gateway().deploy(snapshot.paths, snapshot);
    for (const request of fc.sample(requests, { numRuns: REQUESTS_PER_STAGE, seed: SEED + at })) {
      backend().received.length = 0;
      const explanation = await explained(snapshot, request);
      const answer = await send(request);
      expect({ request, ...observed(answer) }).toEqual({ request, ...expected(explanation) });
      expectOrder(explanation);
      noteQuota(explanation, answer);
      const seen = explanation.failure?.key ?? explanation.outcome;
      outcomes.set(seen, (outcomes.get(seen) ?? 0) + 1);
    }
  }
  // If most requests failed early, the two would agree on nothing that matters.
  expect(Object.fromEntries(FREQUENT.map((seen) => [seen, (outcomes.get(seen) ?? 0) >= 20]))).toEqual(
    Object.fromEntries(FREQUENT.map((seen) => [seen, true])),
  );
  expect(outcomes.get('BACKEND')).toBeGreaterThan(1000);
}, 240_000);
