import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Api } from '../harness/api.js';
import { mockDocument } from '../harness/documents.js';
import { type PrivateStack, startPrivateStack } from '../harness/stack.js';

const TOKEN = 'a-token-for-those-who-read-metrics';

let stack: PrivateStack;
let api: Api;
let host: string;
let stageId: string;

beforeAll(async () => {
  stack = await startPrivateStack();
  api = await stack.newProject();
  const serviceId = await api.createService();
  await api.importSwagger(serviceId, mockDocument());
  ({ stageId, stageUrl: host } = await api.createStage(serviceId, 'http://127.0.0.1'));
  await api.deploy(serviceId, stageId);
});

afterAll(() => stack.stop());

interface Text {
  readonly status: number;
  readonly text: string;
}

function read(url: string, headers: http.OutgoingHttpHeaders = {}): Promise<Text> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${url}/metrics`, { headers, agent: false }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    request.on('error', reject);
  });
}

const controlPlane = () => stack.controlPlanes[0]?.url ?? '';
const gateway = () => stack.gateways[0]?.url ?? '';

/** Samples by name and labels, as they are written. */
async function samples(url: string): Promise<Map<string, number>> {
  const { text } = await read(url);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** Waits until a sample is as it should be. */
async function sampleOf(url: string, name: string, isGood: (value: number) => boolean): Promise<void> {
  for (const deadline = Date.now() + 15_000; ; await delay(100)) {
    const value = (await samples(url)).get(name);
    if (value !== undefined && isGood(value)) return;
    if (Date.now() > deadline) throw new Error(`${name} is ${value}`);
  }
}

describe('the metrics of a gateway', () => {
  it('count requests and their durations by stage', async () => {
    const before = await samples(gateway());
    const ok = `gatewright_gateway_requests_total{stage="${stageId}",status="2xx"}`;
    const lost = `gatewright_gateway_requests_total{stage="${stageId}",status="4xx"}`;
    for (let call = 0; call < 5; call += 1) await api.request(host, 'GET', '/hello');
    await api.request(host, 'GET', '/nowhere');
    await sampleOf(gateway(), ok, (count) => count === (before.get(ok) ?? 0) + 5);
    const after = await samples(gateway());
    expect(after.get(lost)).toBe((before.get(lost) ?? 0) + 1);
    const durations = `gatewright_gateway_request_duration_seconds`;
    expect(after.get(`${durations}_count{stage="${stageId}"}`)).toBe((after.get(ok) ?? 0) + (after.get(lost) ?? 0));
    expect(after.get(`${durations}_bucket{le="+Inf",stage="${stageId}"}`)).toBe(
      after.get(`${durations}_count{stage="${stageId}"}`),
    );
    expect(after.get('gatewright_gateway_requests_total{stage="none",status="2xx"}')).toBeGreaterThan(0);
  });

  it('tell what it serves, how fresh that is, and how it stands with others', async () => {
    const read = await samples(gateway());
    expect(read.get('gatewright_gateway_stages')).toBe(1);
    expect(read.get('gatewright_gateway_snapshot_age_seconds')).toBeLessThan(10);
    expect(read.get('gatewright_gateway_access_age_seconds')).toBeLessThan(10);
    expect(read.get('gatewright_gateway_control_plane_link{state="ok"}')).toBe(1);
    expect(read.get('gatewright_gateway_counter_store{state="none"}')).toBe(1);
    expect(read.get('gatewright_gateway_connections')).toBeGreaterThan(0);
    expect(read.get('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('are read at no host of a stage, which own their paths', async () => {
    expect((await api.request(host, 'GET', '/metrics')).status).toBe(404);
  });
});

describe('the metrics of a control plane', () => {
  it('count calls by route and status, and never by what a client made up', async () => {
    await api.call('GET', '/services');
    await api.call('GET', '/services');
    await fetch(`${controlPlane()}/made-up/${api.appKey}`);
    const route = '/v1.0/appkeys/:appKey/services';
    const name = `gatewright_control_plane_request_duration_seconds_count{method="GET",route="${route}",status="200"}`;
    await sampleOf(controlPlane(), name, (count) => count >= 2);
    const { text } = await read(controlPlane());
    expect(text).toContain('{method="none",route="none",status="404"}');
    expect(text).not.toContain(api.appKey);
  });

  it('tell deployments, how fast gateways took them, the gateways that live, and the database', async () => {
    const read = await samples(controlPlane());
    expect(read.get('gatewright_deployments{status="COMPLETE"}')).toBe(1);
    expect(read.get('gatewright_deployment_propagation_seconds_count')).toBe(1);
    expect(read.get('gatewright_deployment_propagation_seconds_sum')).toBeLessThan(30);
    expect(read.get('gatewright_gateways_alive{region="KR1"}')).toBe(1);
    expect(read.get('gatewright_control_plane_database_up')).toBe(1);
    const connections = ['busy', 'idle'].map(
      (state) => `gatewright_control_plane_database_connections{state="${state}"}`,
    );
    expect(connections.reduce((sum, name) => sum + (read.get(name) ?? 0), 0)).toBeGreaterThan(0);
  });
});

describe('who may read the metrics', () => {
  it('is this machine alone without a token, and not for somebody else', async () => {
    for (const url of [controlPlane(), gateway()]) {
      expect((await read(url)).status).toBe(200);
      for (const header of ['X-Forwarded-For', 'Forwarded', 'Via']) {
        expect((await read(url, { [header]: 'somebody' })).status).toBe(404);
      }
    }
  });

  it('is who shows the token where there is one', async () => {
    const [guardedPlane, guardedGateway] = await Promise.all([
      stack.startControlPlane({ METRICS_TOKEN: TOKEN }),
      stack.startGateway({ METRICS_TOKEN: TOKEN }),
    ]);
    for (const { url } of [guardedPlane, guardedGateway]) {
      const authorization = `Bearer ${TOKEN}`;
      expect((await read(url, { authorization, 'X-Forwarded-For': 'somebody' })).status).toBe(200);
      expect((await read(url)).status).toBe(401);
      expect((await read(url, { authorization: `${authorization}x` })).status).toBe(401);
    }
  });
});

describe('what is written about the metrics', () => {
  const OURS = /\bgatewright_[a-z_]+|\b(?:process|nodejs)_[a-z0-9_]+/g;
  const fileText = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

  /** Names of all metrics that both processes have, without what histograms put behind them. */
  async function existing(): Promise<Set<string>> {
    const texts = await Promise.all([controlPlane(), gateway()].map(async (url) => (await read(url)).text));
    return new Set(texts.flatMap((text) => Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name ?? '')));
  }

  const namesIn = (text: string) =>
    new Set(Array.from(text.matchAll(OURS), ([name]) => name.replace(/_(bucket|sum|count)$/, '')));

  it.each(['deploy/grafana/gatewright.json', 'deploy/prometheus/alerts.yml'])(
    'names metrics that exist alone: %s',
    async (path) => {
      const names = namesIn(await fileText(path));
      const known = await existing();
      expect(names.size).toBeGreaterThan(8);
      expect([...names].filter((name) => !known.has(name))).toEqual([]);
    },
  );

  it('is whole: docs/observability.md has each of ours, and no other', async () => {
    const written = namesIn(await fileText('docs/observability.md'));
    const ours = [...(await existing())].filter((name) => name.startsWith('gatewright_'));
    expect([...written].filter((name) => name.startsWith('gatewright_')).toSorted()).toEqual(ours.toSorted());
  });

  it('can be read by Grafana and Prometheus: every panel has a query, every alert an expression', async () => {
    const { panels } = JSON.parse(await fileText('deploy/grafana/gatewright.json'));
    for (const { title, targets } of panels) {
      expect([title, targets.every(({ expr }: { expr: string }) => expr !== '')]).toEqual([title, true]);
    }
    const { groups } = parse(await fileText('deploy/prometheus/alerts.yml'));
    for (const { alert, expr, annotations } of groups[0].rules) {
      expect([alert, typeof expr, typeof annotations.summary]).toEqual([alert, 'string', 'string']);
    }
  });
});
