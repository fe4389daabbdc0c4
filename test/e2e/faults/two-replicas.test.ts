import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api, type Json } from '../../harness/api.js';
import { mockDocument } from '../../harness/documents.js';
import { type PrivateStack, startPrivateStack } from '../../harness/stack.js';

const STAGES = 4;
const ROUNDS = 3;
const DEPLOY_TIMEOUT_MS = 5000;
/** How long clients deploy before one control plane dies, and after, at least. */
const BEFORE_DEATH_MS = 700;
/** Where the machine is slow. */
const PATIENCE_MS = 30_000;

interface DeployedStage {
  readonly serviceId: string;
  readonly stageId: string;
  readonly host: string;
}

let stack: PrivateStack;
let api: Api;
const stages: DeployedStage[] = [];

beforeAll(async () => {
  stack = await startPrivateStack({ gateways: 2, variables: { DEPLOY_TIMEOUT_MS: String(DEPLOY_TIMEOUT_MS) } });
  api = await stack.newProject();
  for (let count = 0; count < STAGES; count += 1) {
    const serviceId = await api.createService(`service ${count}`);
    await api.importSwagger(serviceId, mockDocument('first'));
    const { stageId, stageUrl } = await api.createStage(serviceId, 'http://127.0.0.1');
    stages.push({ serviceId, stageId, host: stageUrl });
    await api.deploy(serviceId, stageId);
  }
});

afterAll(() => stack.stop());

const pathOf = ({ serviceId, stageId }: DeployedStage): string => `/services/${serviceId}/stages/${stageId}`;

/** The ids of deployments that were accepted, by stage. */
type Accepted = Map<DeployedStage, string[]>;

/** Changes a stage and deploys it, again and again. */
async function deployRepeatedly(
  client: Api,
  stage: DeployedStage,
  name: string,
  { accepted, isOver }: { accepted: Accepted; isOver: () => boolean },
): Promise<void> {
  for (let count = 0; !isOver(); count += 1) {
    try {
      await client.importSwagger(stage.serviceId, mockDocument(`${name} ${count}`));
      await client.ok('PUT', `${pathOf(stage)}/resources`);
      const { deployId } = await client.ok('POST', `${pathOf(stage)}/deploys`);
      accepted.get(stage)?.push(deployId);
    } catch {
      // Somebody else was faster, or the control plane is gone: what counts is what was accepted.
      await delay(10);
    }
  }
}

/** Waits the usual time, and until so many deployments were accepted. */
async function waitFor(count: number, accepted: Accepted): Promise<void> {
  await delay(BEFORE_DEATH_MS);
  const deadline = Date.now() + PATIENCE_MS;
  const isEnough = () => [...accepted.values()].flat().length >= count;
  while (!isEnough() && Date.now() < deadline) await delay(20);
  expect(isEnough()).toBe(true);
}

/** Watches that a stage never has two running deployments, until told to stop. */
async function watchRunning(isOver: () => boolean): Promise<number> {
  let most = 0;
  while (!isOver()) {
    const rows = await stack.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM deployment WHERE status = 'DEPLOYING' GROUP BY stage_id",
    );
    most = Math.max(most, ...rows.map(({ count }) => count));
  }
  return most;
}

async function expectConsistent(stage: DeployedStage, accepted: readonly string[]): Promise<void> {
  await api.waitForDeployment(stage.serviceId, stage.stageId);
  const { stageDeployHistoryList: history } = await api.ok('GET', `${pathOf(stage)}/deploys?limit=1000`);
  const known = new Map<string, Json>(history.map((one: Json) => [one.deployId, one]));
  for (const id of accepted) expect(['COMPLETE', 'FAILURE']).toContain(known.get(id)?.deployStatus);
  const [lastComplete] = history.filter((one: Json) => one.deployStatus === 'COMPLETE');
  expect(lastComplete.isLive).toBe(true);
  const [row] = await stack.query<{ body: string }>(
    `SELECT r.value -> 'backend' ->> 'body' AS body FROM deployment d,
       jsonb_path_query(d.snapshot::jsonb, '$.paths[*].routes[*]') AS r(value) WHERE d.id = $1`,
    [lastComplete.deployId],
  );
  for (const { port } of stack.gateways) {
    const deadline = Date.now() + DEPLOY_TIMEOUT_MS;
    const served = async () => (await api.request(stage.host, 'GET', '/hello', { port })).text;
    while ((await served()) !== row?.body && Date.now() < deadline) await delay(20);
    expect(await served()).toBe(row?.body);
  }
}

describe('two control planes that deploy the same and different stages at once, one of which is killed', () => {
  it.each(Array.from({ length: ROUNDS }, (_unused, round) => round))(
    'leave every accepted deployment ended, never two of a stage running, and the gateways with the last COMPLETE one (%i)',
    async (round) => {
      const dying = await stack.startControlPlane();
      const viaDying = new Api(dying.url, api.appKey, api.gatewayPort);
      let isOver = false;
      const accepted: Accepted = new Map(stages.map((stage) => [stage, []]));
      const state = { accepted, isOver: () => isOver };
      const watching = watchRunning(state.isOver);
      const deploying = stages.flatMap((stage) =>
        [api, viaDying].map((client, at) => deployRepeatedly(client, stage, `round ${round} client ${at}`, state)),
      );
      try {
        await waitFor(STAGES, accepted);
        await dying.kill();
        await waitFor(STAGES + 1, accepted);
      } finally {
        isOver = true;
      }
      await Promise.all(deploying);
      expect(await watching).toBeLessThanOrEqual(1);
      for (const [stage, ids] of accepted) await expectConsistent(stage, ids);
    },
  );
});
