import { Injectable, Logger } from '@nestjs/common';
import { Database, type Queries } from '../../../database/index.js';
import { AppError } from '../../../errors/index.js';
import {
  type AccessKnowledge,
  type AccessNeeds,
  explain,
  type Explanation,
  KeptSchemas,
  SnapshotRefused,
} from '../../../gateway/explain/index.js';
import { Settings } from '../../../http/index.js';
import { SecretBox } from '../../../kernel/secret-box.js';
import { AccessLookup, type LookedUpAccess } from '../../routers/index.js';
import { quotaUse, type UsedQuota } from '../../statistics/index.js';
import { requireStage, stageHostName, type StageOfService } from '../../stages/index.js';
import type { Tenant } from '../../tenancy/index.js';
import { compileStage, readStageAsSet } from '../prepare.js';
import type { ExplainRequest } from './explain.dto.js';
import { findSnapshotDocument } from '../deployments.queries.js';
import { describeRequest } from './explain.rules.js';

/** What would become of a request, and what was asked. */
export interface ExplainedRequest {
  readonly explanation: Explanation;
  readonly source: 'LIVE' | 'DRAFT';
  /** Of the deployment that serves it; null: a draft, or nothing is live. */
  readonly deploymentId: string | null;
  readonly methodType: string;
  /** When gateways last told how much of the quota is used. */
  readonly reportedAt: Date | null;
}

/** What serves requests of a stage. */
interface Served {
  readonly owner: StageOfService;
  /** Snapshot; null when nothing is live. */
  readonly document: unknown;
  readonly deploymentId: string | null;
  openSecret(secret: string): string;
}

/** Explains what gateways would do with a request. */
@Injectable()
export class ExplainService {
  private readonly log = new Logger(ExplainService.name);
  private readonly bodySchemas = new KeptSchemas();

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
    private readonly settings: Settings,
    private readonly access: AccessLookup,
  ) {}

  /**
   * What would become of a request if a gateway got it now. Nothing is called and nothing counted.
   * @throws AppError SERVICE_NOT_FOUND, STAGE_NOT_FOUND, INVALID_INPUT; LIVE: SNAPSHOT_UNREADABLE; DRAFT: what a
   * deployment of the stage would be refused with
   */
  async explain(
    tenant: Tenant,
    [serviceId, stageId]: readonly [string, string],
    request: ExplainRequest,
    callerIp: string,
  ): Promise<ExplainedRequest> {
    const source = request.source ?? 'LIVE';
    const served = await this.database.readAtOnce(async (queries) => {
      const owner = await requireStage(queries, tenant.projectId, serviceId, stageId);
      return source === 'LIVE' ? this.live(queries, owner) : this.draft(queries, owner);
    });
    const hosts = this.hostsOf(served.owner);
    const described = describeRequest(request, { host: hosts[0] ?? '', clientAddress: callerIp });
    let quotas: readonly UsedQuota[] = [];
    const readAccess = async (needs: AccessNeeds): Promise<AccessKnowledge> => {
      const found = await this.access.read({ regionCode: served.owner.service.regionCode, ...needs });
      quotas = found.key ? await quotaUse(this.database.client, [stageId], [found.key.id]) : [];
      return knowledgeOf(tenant, stageId, found, quotas);
    };
    const log = (_level: string, message: string, fields?: object) => this.log.warn({ message, ...fields });
    try {
      const explanation = await explain(
        { ...served, hosts, readAccess, bodySchemas: this.bodySchemas },
        described,
        log,
      );
      const { methodType } = request;
      const known = quotas.find(({ periodId }) => periodId === explanation.quota?.periodId);
      return {
        explanation,
        source,
        deploymentId: served.deploymentId,
        methodType,
        reportedAt: known?.reportedAt ?? null,
      };
    } catch (error) {
      if (!(error instanceof SnapshotRefused)) throw error;
      const key = source === 'LIVE' ? 'SNAPSHOT_UNREADABLE' : 'SNAPSHOT_NOT_SERIALIZABLE';
      throw new AppError(key, [], { cause: error });
    }
  }

  private async live(queries: Queries, owner: StageOfService): Promise<Served> {
    const { liveDeploymentId: deploymentId } = owner.stage;
    const document = deploymentId === null ? null : await findSnapshotDocument(queries, deploymentId);
    const openSecret = (sealed: string): string => {
      try {
        return this.box.open(sealed);
      } catch (error) {
        throw new AppError('SNAPSHOT_UNREADABLE', [], { cause: error });
      }
    };
    return { owner, document, deploymentId, openSecret };
  }

  private async draft(queries: Queries, owner: StageOfService): Promise<Served> {
    const document = await compileStage(owner, await readStageAsSet(queries, owner, this.box));
    return { owner, document, deploymentId: null, openSecret: (secret) => secret };
  }

  private hostsOf({ service: { id: serviceId, regionCode }, stage }: StageOfService): string[] {
    const own = stageHostName({ regionCode, serviceId, stageName: stage.name }, this.settings.stageDomain);
    return [own, ...stage.hosts.map(({ hostName }) => hostName)];
  }
}

function knowledgeOf(
  tenant: Tenant,
  stageId: string,
  found: LookedUpAccess,
  quotas: readonly UsedQuota[],
): AccessKnowledge {
  const usedOfQuota = (apiKeyId: string, period: string) =>
    quotas.find((one) => one.apiKeyId === apiKeyId && one.periodId === period)?.used ?? 0;
  return { page: found.page, usedOfQuota, keyHint: hintOfKey(tenant, stageId, found) };
}

/** Why a key is not let in; null when it is good for the stage. A key of another project is as unknown as any value. */
function hintOfKey({ projectId }: Tenant, stageId: string, { page, key }: LookedUpAccess): string | null {
  if (key?.projectId !== projectId) return 'No API key of the project has this value.';
  const known = page.keys.find(({ id }) => id === key.id);
  const named = `The API key ${key.id} (${key.name})`;
  if (!known || !Object.hasOwn(known.plans, stageId)) return `${named} is connected to no usage plan of this stage.`;
  return known.isActive ? null : `${named} is INACTIVE.`;
}
