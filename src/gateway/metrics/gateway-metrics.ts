import type * as PromClient from 'prom-client';
import type { Registry } from 'prom-client';
import { histogramMetric } from '../../kernel/histogram.js';
import { lazily, requirePackage } from '../../kernel/lazy-package.js';
import type { Access } from '../access/index.js';
import type { Counters, CounterStoreState } from '../counters/index.js';
import type { BodyBudget } from '../plugins/request-validator/body-budget.js';
import type { AccessFollower, Configuration, ControlPlaneLink, LinkState } from '../sync/index.js';
import type { Upstreams } from '../upstream/index.js';
import type { UsageReporter } from '../usage/index.js';
import type { RequestMeter } from './request-meter.js';

/** What the numbers are asked of when somebody reads them. */
export interface MetricSources {
  readonly meter: RequestMeter;
  connectionCount(): number;
  readonly configuration: Pick<Configuration, 'stageCount'>;
  readonly access: Pick<Access, 'current'>;
  readonly accessFollower: Pick<AccessFollower, 'confirmedAtMs'>;
  readonly link: Pick<ControlPlaneLink, 'confirmedAtMs' | 'state'>;
  readonly counters: Pick<Counters, 'storeState'>;
  readonly bodyBudget: Pick<BodyBudget, 'heldBytes'>;
  readonly upstreams: Pick<Upstreams, 'count' | 'openBreakerCount'>;
  readonly reporter: Pick<UsageReporter, 'waitingBatchCount'>;
}

const LINK_STATES: readonly LinkState[] = ['ok', 'refused', 'away', 'unknown'];
const STORE_STATES: readonly CounterStoreState[] = ['none', 'connected', 'away'];

const promClient = lazily(() => requirePackage('prom-client') as typeof PromClient);

/** The metrics of a gateway, in the text format of Prometheus. The library is loaded for who first reads them. */
export class GatewayMetrics {
  private made: Registry | null = null;

  constructor(private readonly sources: MetricSources) {}

  get contentType(): string {
    return this.registry.contentType;
  }

  read(): Promise<string> {
    return this.registry.metrics();
  }

  private get registry(): Registry {
    if (this.made) return this.made;
    const { collectDefaultMetrics, Registry } = promClient();
    this.made = new Registry();
    collectDefaultMetrics({ register: this.made });
    this.addRequests();
    this.addStates();
    this.addNumbers();
    return this.made;
  }

  private addRequests(): void {
    const { meter } = this.sources;
    const { Counter } = promClient();
    void new Counter({
      name: 'gatewright_gateway_requests_total',
      help: 'Requests by stage and class of status; none: without a whole response.',
      labelNames: ['stage', 'status'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [stage, { statuses }] of meter.stages) {
          for (const [status, count] of Object.entries(statuses)) this.inc({ stage, status }, count);
        }
      },
    });
    this.registry.registerMetric(
      histogramMetric(
        'gatewright_gateway_request_duration_seconds',
        'From the head of a request to the end of its response, by stage.',
        () => Array.from(meter.stages, ([stage, { durations }]) => ({ labels: { stage }, durations })),
      ),
    );
  }

  private addStates(): void {
    const { link, counters } = this.sources;
    this.addState('control_plane_link', 'How it stands with the control plane.', LINK_STATES, () => link.state);
    this.addState('counter_store', 'The shared store of counters.', STORE_STATES, () => counters.storeState);
  }

  /** A gauge that is 1 for the state that holds and 0 for the others. */
  private addState<State extends string>(
    name: string,
    help: string,
    states: readonly State[],
    current: () => State,
  ): void {
    const { Gauge } = promClient();
    void new Gauge({
      name: `gatewright_gateway_${name}`,
      help,
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        for (const state of states) this.set({ state }, state === current() ? 1 : 0);
      },
    });
  }

  private addNumbers(): void {
    const { sources } = this;
    const numbers: readonly (readonly [name: string, help: string, read: () => number])[] = [
      ['connections', 'Open connections of clients.', () => sources.connectionCount()],
      ['stages', 'Stages that are served.', () => sources.configuration.stageCount],
      ['access_entries', 'Keys, plans and policies that are known.', () => sources.access.current?.size ?? 0],
      [
        'snapshot_age_seconds',
        'Since the control plane last confirmed what is served; NaN: not yet.',
        () => ageSeconds(sources.link.confirmedAtMs),
      ],
      [
        'access_age_seconds',
        'Since the control plane last confirmed who may call; NaN: not yet.',
        () => ageSeconds(sources.accessFollower.confirmedAtMs),
      ],
      ['held_body_bytes', 'Bodies that are held to be checked.', () => sources.bodyBudget.heldBytes],
      ['upstreams', 'Origins of backends that were called.', () => sources.upstreams.count],
      [
        'open_breakers',
        'Origins that get no request, because they were silent.',
        () => sources.upstreams.openBreakerCount,
      ],
      [
        'waiting_batches',
        'Batches of counts that the control plane has not taken.',
        () => sources.reporter.waitingBatchCount,
      ],
    ];
    for (const [name, help, read] of numbers) this.addNumber(name, help, read);
  }

  private addNumber(name: string, help: string, read: () => number): void {
    const { Gauge } = promClient();
    void new Gauge({
      name: `gatewright_gateway_${name}`,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
  }
}

function ageSeconds(atMs: number | null): number {
  return atMs === null ? NaN : Math.max(0, (Date.now() - atMs) / 1000);
}
