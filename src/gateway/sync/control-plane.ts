import * as z from 'zod';
import { type AccessPage, accessPageSchema } from '../../contract/access.js';
import { SNAPSHOT_FORMAT_VERSION } from '../../contract/snapshot.js';
import { SNAPSHOT_BASE_HEADER } from '../../contract/snapshot-delta.js';
import {
  type Manifest,
  manifestSchema,
  MAX_MANIFEST_WAIT_MS,
  type Receipts,
  SYNC_PREFIX,
} from '../../contract/sync.js';
import { newId } from '../../kernel/ids.js';
import type { GatewaySettings } from '../settings.js';
import type { ControlPlaneLink } from './control-plane-link.js';
import { HttpClient } from './http-client.js';
import type { SnapshotAnswer } from './snapshot-reader.js';

/** How long an answer may take beyond the wait that was asked for. */
const ANSWER_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 1_000;
const UNAUTHORIZED = 401;

const snapshotAnswer = z.object({ hash: z.string(), base: z.string().optional(), snapshot: z.unknown() });

/** An answer with a status that is no success. */
export class UnexpectedAnswer extends Error {
  constructor(
    readonly status: number,
    call: string,
    /** Under which the control plane has logged the call. */
    readonly requestId: string,
    options?: ErrorOptions,
  ) {
    super(`the control plane answered ${status} to ${call}`, options);
  }
}

/** The calls of contract/sync.ts. Every one throws an Error when the answer is not the agreed one, or none. */
export class ControlPlane {
  private readonly client: HttpClient;

  constructor(
    private readonly settings: GatewaySettings,
    private readonly gatewayId: string,
    private readonly link: ControlPlaneLink,
  ) {
    const base = settings.controlPlaneUrl.replace(/\/+$/, '') + SYNC_PREFIX;
    this.client = new HttpClient(base, link.certificates, {
      headersTimeoutMs: MAX_MANIFEST_WAIT_MS + ANSWER_TIMEOUT_MS,
      bodyTimeoutMs: ANSWER_TIMEOUT_MS,
      keepAliveMs: KEEP_ALIVE_MS,
    });
  }

  /**
   * Asks for the manifest; waits up to `waitMs` while it is still the `known` one. What comes of it says how the gateway
   * stands with the control plane.
   */
  async manifest(known: string, waitMs: number, signal: AbortSignal): Promise<Manifest> {
    const query = new URLSearchParams({
      region: this.settings.regionCode,
      formatVersion: String(SNAPSHOT_FORMAT_VERSION),
      known,
      waitMs: String(waitMs),
    });
    const call = this.call('GET', `/gateways/${this.gatewayId}/manifest?${query.toString()}`, null, signal);
    const answer = await call.catch((error: unknown) => {
      if (!signal.aborted) this.link.noteFailure(error instanceof UnexpectedAnswer ? error.status : null);
      throw error;
    });
    this.link.noteSuccess();
    return manifestSchema.parse(answer);
  }

  /** Asks for the page of the access document after `known`; waits up to `waitMs` while there is none. */
  async access(known: string, waitMs: number, signal: AbortSignal): Promise<AccessPage> {
    const query = new URLSearchParams({ region: this.settings.regionCode, known, waitMs: String(waitMs) });
    return accessPageSchema.parse(
      await this.call('GET', `/gateways/${this.gatewayId}/access?${query.toString()}`, null, signal),
    );
  }

  /** Asks for the snapshot of a deployment; with `base` it may be told as it differs from that deployment's. */
  async snapshot(deploymentId: string, base: string | null, signal: AbortSignal): Promise<SnapshotAnswer> {
    const headers: Record<string, string> = base === null ? {} : { [SNAPSHOT_BASE_HEADER]: base };
    const path = `/snapshots/${encodeURIComponent(deploymentId)}`;
    return snapshotAnswer.parse(await this.call('GET', path, null, signal, headers));
  }

  async sendReceipts(receipts: Receipts, signal: AbortSignal): Promise<void> {
    await this.call('POST', `/gateways/${this.gatewayId}/receipts`, receipts, signal);
  }

  /** Gives a batch of counts, as JSON. @throws UnexpectedAnswer when it was answered otherwise than with success */
  async sendMetrics(batch: string, signal: AbortSignal): Promise<void> {
    await this.call('POST', `/gateways/${this.gatewayId}/metrics`, batch, signal);
  }

  /** Takes this gateway out, so that deployments no longer wait for it. */
  async leave(signal: AbortSignal): Promise<void> {
    await this.call('DELETE', `/gateways/${this.gatewayId}`, null, signal);
  }

  close(): void {
    this.client.close();
  }

  /** A token that was exchanged meanwhile is tried at once. */
  private async call(...call: Parameters<ControlPlane['send']>): Promise<unknown> {
    const { authorization } = this.link;
    try {
      return await this.send(...call);
    } catch (error) {
      if (!(error instanceof UnexpectedAnswer) || error.status !== UNAUTHORIZED) throw error;
      const isRenewed = await this.link.renew(authorization).catch((cause: unknown) => {
        throw new UnexpectedAnswer(error.status, describe(call[0], call[1]), error.requestId, { cause });
      });
      if (!isRenewed) throw error;
      return this.send(...call);
    }
  }

  private async send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: object | string | null,
    signal: AbortSignal,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const requestId = newId();
    const { statusCode, text } = await this.client.send(path, {
      method,
      signal,
      headers: {
        ...headers,
        authorization: this.link.authorization,
        'x-request-id': requestId,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: typeof body === 'object' ? body && JSON.stringify(body) : body,
    });
    if (statusCode < 200 || statusCode > 299) throw new UnexpectedAnswer(statusCode, describe(method, path), requestId);
    return text === '' ? null : JSON.parse(text);
  }
}

/** A call as a log may name it. */
function describe(method: string, path: string): string {
  return `${method} ${path.split('?')[0]}`;
}
