import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { fetchDeclared } from './declared-errors.js';

const POLL_INTERVAL_MS = 20;
const DEPLOY_WAIT_MS = 20_000;

/** Any JSON that an answer holds; tests say what they expect of it. */
// oxlint-disable-next-line typescript/no-explicit-any -- answers are checked by expectations, not by types
export type Json = any;

/** An answer of the management API. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
}

/** An answer of the management API with its headers. */
export interface HeadedAnswer extends ApiAnswer {
  readonly headers: Headers;
}

/** Headers of a call. */
export type CallHeaders = Readonly<Record<string, string>>;

/** An answer of the gateway. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** A client of the management API for one project, as a console or a script would be. */
export class Api {
  /** Without a token it calls v1.0, with one v2.0. */
  constructor(
    readonly controlUrl: string,
    readonly appKey: string,
    readonly gatewayPort: number,
    readonly token: string | null = null,
  ) {}

  /** The same client for another appKey. */
  withAppKey(appKey: string): Api {
    return new Api(this.controlUrl, appKey, this.gatewayPort, this.token);
  }

  /** The same project, called with this token on v2.0. */
  withToken(token: string): Api {
    return new Api(this.controlUrl, this.appKey, this.gatewayPort, token);
  }

  /**
   * Calls `path` below the appKey. `body` is sent as JSON; a string or Buffer goes as it stands.
   * @throws Error when the answer's code is one that the OpenAPI document does not declare for the operation.
   */
  async call(method: string, path: string, body?: unknown, headers: CallHeaders = {}): Promise<HeadedAnswer> {
    const version = this.token === null ? 'v1.0' : 'v2.0';
    return this.callPath(method, `/${version}/appkeys/${this.appKey}${path}`, body, undefined, headers);
  }

  /** {@link call} for a path from the root, such as /v2.0/users. What is no JSON is given as a text. */
  async callPath(
    method: string,
    fullPath: string,
    body?: unknown,
    contentType = 'application/json',
    headers: CallHeaders = {},
  ): Promise<HeadedAnswer> {
    const raw = typeof body === 'string' || body instanceof Buffer;
    const answer = await fetchDeclared(this.controlUrl, fullPath, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...(this.token === null ? {} : { 'x-nhn-authorization': `Bearer ${this.token}` }),
      },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: answer.body, headers: answer.headers };
  }

  /** Calls and demands success. */
  async ok(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.call(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** {@link ok} for a path from the root. */
  async okPath(method: string, fullPath: string, body?: unknown): Promise<Json> {
    const answer = await this.callPath(method, fullPath, body);
    if (answer.status !== 200) throw new Error(`${method} ${fullPath}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Creates a service and gives its id. */
  async createService(name = 'service'): Promise<string> {
    const body = await this.ok('POST', '/services', { regionCode: 'KR1', apigwServiceName: name });
    return body.apigwService.apigwServiceId;
  }

  /** Imports a Swagger document into a service. */
  importSwagger(serviceId: string, swaggerData: object): Promise<Json> {
    return this.ok('POST', `/services/${serviceId}/resources/import`, { swaggerData });
  }

  /** Creates a stage and gives it back. */
  async createStage(serviceId: string, backendEndpointUrl: string, stageName?: string): Promise<Json> {
    const body = await this.ok('POST', `/services/${serviceId}/stages`, { backendEndpointUrl, stageName });
    return body.stage;
  }

  /** Deploys a stage, waits for the end, and gives the deployment; a FAILURE too. */
  async deploy(serviceId: string, stageId: string, deployDescription = ''): Promise<Json> {
    await this.ok('POST', `/services/${serviceId}/stages/${stageId}/deploys`, { deployDescription });
    return this.waitForDeployment(serviceId, stageId);
  }

  /** Waits until the latest deployment of a stage has ended. */
  async waitForDeployment(serviceId: string, stageId: string): Promise<Json> {
    const deadline = Date.now() + DEPLOY_WAIT_MS;
    for (;;) {
      const { latestStageDeployResult } = await this.ok(
        'GET',
        `/services/${serviceId}/stages/${stageId}/deploys/latest`,
      );
      if (latestStageDeployResult.deployStatus !== 'DEPLOYING') return latestStageDeployResult;
      if (Date.now() > deadline) throw new Error('The deployment did not end');
      await delay(POLL_INTERVAL_MS);
    }
  }

  /** Sends a request to a stage through the gateway. */
  request(
    host: string,
    method: string,
    path: string,
    options: { headers?: Record<string, string | string[]>; body?: string | Buffer; port?: number } = {},
  ): Promise<GatewayAnswer> {
    const { headers, body, port = this.gatewayPort } = options;
    return new Promise((resolve, reject) => {
      const target = { host: '127.0.0.1', port, method, path, headers: { ...headers, host }, agent: false as const };
      const request = http.request(target, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  }
}
