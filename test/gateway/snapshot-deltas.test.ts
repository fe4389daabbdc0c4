import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deltaOfPaths } from '../../src/contract/snapshot-delta.js';
import { canonicalJson } from '../../src/kernel/canonical-json.js';
import { startGateway } from '../../src/gateway/index.js';
import { servedText } from './support/client.js';
import type { TestControlPlane } from './support/control-plane.js';
import { startTestGateway, type TestGateway, testSettings } from './support/gateway.js';
import { mockRoute, pathOf, snapshotOf } from './support/snapshots.js';

const HOSTS = ['one.test'];
const noLog = (): void => undefined;
type Told = ReturnType<typeof snapshotOf>;

const snapshot = (bodies: Record<string, string>) =>
  snapshotOf(
    Object.entries(bodies).map(([path, body]) => pathOf(path, [mockRoute('GET', body)])),
    { stageId: 'one' },
  );

/** As the control plane of the product tells it. */
function honest(base: unknown, next: unknown): { snapshot: unknown } {
  const items = deltaOfPaths((base as Told).paths.map(canonicalJson), (next as Told).paths.map(canonicalJson));
  const paths = items.map((item) => (typeof item === 'string' ? (JSON.parse(item) as unknown) : item));
  return { snapshot: { ...(next as Told), paths } };
}

let gateway: TestGateway;
let controlPlane: TestControlPlane;

beforeEach(async () => {
  gateway = await startTestGateway();
  ({ controlPlane } = gateway);
});
afterEach(() => gateway.close());

const served = (path: string, port = gateway.port): Promise<string> => servedText(port, path, 'one.test');

async function deploy(bodies: Record<string, string>): Promise<void> {
  expect((await controlPlane.receiptOf(controlPlane.deploy(HOSTS, snapshot(bodies)))).refusal).toBeNull();
}

describe('a deployment that is told as it differs from the one before', () => {
  it('is served whole: what came, what changed, what stayed, and not what is gone', async () => {
    controlPlane.tellDelta = honest;
    await deploy({ '/a': 'a1', '/b': 'b1', '/c': 'c1' });
    await deploy({ '/b': 'b2', '/c': 'c1', '/d': 'd2' });
    expect(controlPlane.bases).toEqual([null, 'deployment1']);
    expect(await served('/a')).toBe('4041007');
    expect(await served('/b')).toBe('b2');
    expect(await served('/c')).toBe('c1');
    expect(await served('/d')).toBe('d2');
  });

  it('may be told against what a gateway has read from its disk, and lies there whole afterwards', async () => {
    controlPlane.tellDelta = honest;
    await deploy({ '/a': 'a1', '/b': 'b1' });
    await gateway.stop();
    const second = await startGateway(testSettings(controlPlane.url, gateway.dataDir), noLog);
    await deploy({ '/a': 'a1', '/b': 'b2' });
    expect(controlPlane.bases).toEqual([null, 'deployment1']);
    await second.close();
    const away = await startGateway(testSettings('http://127.0.0.1:9', gateway.dataDir), noLog);
    expect(await served('/a', away.port)).toBe('a1');
    expect(await served('/b', away.port)).toBe('b2');
    await away.close();
  });

  it.each<[string, (base: unknown, next: unknown) => { base?: string; snapshot: unknown }]>([
    ['makes something else than was deployed', (_base, next) => ({ snapshot: { ...(next as Told), paths: [[0, 1]] } })],
    ['names paths that the gateway does not have', () => ({ snapshot: { paths: [[5, 9]] } })],
    ['is against something that the gateway does not hold', (base, next) => ({ ...honest(base, next), base: 'other' })],
    ['is none', () => ({ snapshot: null })],
  ])('is asked for whole when the difference %s', async (_what, tell) => {
    controlPlane.tellDelta = tell;
    await deploy({ '/a': 'a1', '/b': 'b1' });
    await deploy({ '/a': 'a1', '/b': 'b2' });
    expect(controlPlane.bases).toEqual([null, 'deployment1', null]);
    expect(await served('/b')).toBe('b2');
  });

  it('is taken whole from a control plane that does not tell differences', async () => {
    await deploy({ '/a': 'a1', '/b': 'b1' });
    await deploy({ '/a': 'a2', '/b': 'b1' });
    expect(controlPlane.bases).toEqual([null, 'deployment1']);
    expect(await served('/a')).toBe('a2');
    expect(await served('/b')).toBe('b1');
  });

  it('is refused as a whole one is, and what was served stays', async () => {
    controlPlane.tellDelta = honest;
    await deploy({ '/{a}': 'a1', '/b': 'b1' });
    const receipt = await controlPlane.receiptOf(
      controlPlane.deploy(HOSTS, snapshot({ '/{a}': 'a1', '/b': 'b1', '/{c}': 'c' })),
    );
    expect(receipt.refusal).toMatch(/match the same requests/);
    expect(await served('/b')).toBe('b1');
  });
});
