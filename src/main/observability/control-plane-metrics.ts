import type { INestApplicationContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Database, DatabasePulse } from '../../database/index.js';
import { DURATION_BUCKETS_SECONDS, histogramMetric } from '../../kernel/histogram.js';
import { countDeployments, SettlementService } from '../../modules/deployments/index.js';
import { countLiveGatewaysByRegion } from '../../modules/routers/index.js';

const NO_ROUTE = 'none';

/** The metrics of a control plane, in the text format of Prometheus. */
export class ControlPlaneMetrics {
  private readonly registry = new Registry();
  readonly contentType = this.registry.contentType;
  private readonly calls: Histogram;

  constructor(app: INestApplicationContext) {
    collectDefaultMetrics({ register: this.registry });
    this.calls = new Histogram({
      name: 'gatewright_control_plane_request_duration_seconds',
      help: 'Calls of the management API and of gateways, by route; a gateway waits for seconds for what is new.',
      labelNames: ['method', 'route', 'status'],
      buckets: DURATION_BUCKETS_SECONDS,
      registers: [this.registry],
    });
    const database = app.get(Database);
    this.addPool(database);
    this.addCounts(database, app.get(DatabasePulse));
    const { propagation } = app.get(SettlementService);
    this.registry.registerMetric(
      histogramMetric(
        'gatewright_deployment_propagation_seconds',
        'From the begin of a deployment to the word of each gateway that serves it, as this replica has heard.',
        () => [{ labels: {}, durations: propagation }],
      ),
    );
  }

  /** Has every call counted. Call it before routes are added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      this.count(request, reply);
      done();
    });
  }

  read(): Promise<string> {
    return this.registry.metrics();
  }

  private count({ method, routeOptions: { url = NO_ROUTE } }: FastifyRequest, reply: FastifyReply): void {
    // A method that has no route is whatever a client wrote.
    const verb = url === NO_ROUTE ? NO_ROUTE : method;
    this.calls.observe({ method: verb, route: url, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  }

  private addPool(database: Database): void {
    void new Gauge({
      name: 'gatewright_control_plane_database_connections',
      help: 'Connections to the database: busy and idle ones, and calls that wait for one.',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        for (const [state, count] of Object.entries(database.connections)) this.set({ state }, count);
      },
    });
  }

  /** What all replicas see alike. While the database is away these are not told, but that it is. */
  private addCounts(database: Database, pulse: DatabasePulse): void {
    const registers = [this.registry];
    const up = new Gauge({
      name: 'gatewright_control_plane_database_up',
      help: 'Whether the database answers.',
      registers,
    });
    const counted = async (
      gauge: Gauge,
      label: string,
      read: () => Promise<ReadonlyMap<string, number>>,
    ): Promise<void> => {
      gauge.reset();
      // A scrape must not hang with the database.
      if (pulse.isHanging) return up.set(0);
      try {
        for (const [name, count] of await read()) gauge.set({ [label]: name }, count);
        up.set(1);
      } catch {
        // That the database does not answer is what is told here.
        up.set(0);
      }
    };
    void new Gauge({
      name: 'gatewright_deployments',
      help: 'Deployments that are kept, by status.',
      labelNames: ['status'],
      registers,
      async collect() {
        await counted(this, 'status', () => countDeployments(database.client));
      },
    });
    void new Gauge({
      name: 'gatewright_gateways_alive',
      help: 'Gateways that have asked for their configuration lately, by region.',
      labelNames: ['region'],
      registers,
      async collect() {
        await counted(this, 'region', () => countLiveGatewaysByRegion(database.client));
      },
    });
  }
}
