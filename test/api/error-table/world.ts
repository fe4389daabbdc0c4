import type { Api, ApiAnswer, Json } from '../../harness/api.js';
import { httpDocument } from '../../harness/documents.js';
import { beginRowFault, type RowFault } from '../../harness/faults.js';
import type { OwnPostgres } from '../../harness/own-postgres.js';
import { SpokenGateway } from '../../harness/spoken-gateway.js';
import type { PrivateStack } from '../../harness/stack.js';

/** The call that is refused. Everything that it needs stands when it is made. */
export type Provocation = () => Promise<ApiAnswer>;

/** How an error of the catalogue is brought about. */
export interface Row {
  /** Makes all that the call needs, and gives the call. */
  readonly arrange: (world: World) => Promise<Provocation>;
  /** What the errorList names; nothing when absent. */
  readonly fields?: readonly string[];
  /** Tables that the fault changes while the call runs; all others must be left alone by the call. */
  readonly changedByTheFault?: readonly string[];
}

/** A service with resources, and a stage of it. */
export interface StageWorld {
  readonly serviceId: string;
  readonly service: string;
  readonly stageId: string;
  readonly stage: string;
}

export const BACKEND = 'http://127.0.0.1:10080';
/** The gateway that rows speak for. */
export const SPOKEN_GATEWAY = 'spoken';

/** A project of a row's own, and real faults that end with the row. */
export class World {
  private readonly undos: (() => Promise<unknown>)[] = [];

  constructor(
    readonly stack: PrivateStack,
    readonly api: Api,
    readonly postgres: OwnPostgres,
  ) {}

  /** A new service with the methods GET and POST /items, GET /items/{itemId}; gives its id. */
  async service(regionCode = 'KR1'): Promise<string> {
    const { apigwService } = await this.api.ok('POST', '/services', { regionCode, apigwServiceName: 'row' });
    await this.api.importSwagger(apigwService.apigwServiceId, httpDocument());
    return apigwService.apigwServiceId;
  }

  /** A service with a stage that was not deployed. */
  async stage(regionCode = 'KR1'): Promise<StageWorld> {
    const serviceId = await this.service(regionCode);
    const { stageId } = await this.api.createStage(serviceId, BACKEND);
    const service = `/services/${serviceId}`;
    return { serviceId, service, stageId, stage: `${service}/stages/${stageId}` };
  }

  /** A service with a stage that is live; with the id of its deployment. */
  async deployed(): Promise<StageWorld & { deployId: string }> {
    const made = await this.stage();
    const { deployId, deployStatus } = await this.api.deploy(made.serviceId, made.stageId);
    if (deployStatus !== 'COMPLETE') throw new Error('The stage was not deployed');
    return { ...made, deployId };
  }

  /** The id of the resource with this path and method. */
  async resource(service: string, path: string, methodType: string | null): Promise<string> {
    const { resourceList } = await this.api.ok('GET', `${service}/resources`);
    return find(resourceList, path, methodType).resourceId;
  }

  /** The URL path of the stage resource with this path and method. */
  async stageResource(stage: string, path: string, methodType: string | null): Promise<string> {
    const { stageResourceList } = await this.api.ok('GET', `${stage}/resources`);
    return `${stage}/resources/${find(stageResourceList, path, methodType).stageResourceId}`;
  }

  /** A new API key; gives its id. */
  async apiKey(): Promise<string> {
    const { apiKey } = await this.api.ok('POST', '/apikeys', { apiKeyName: 'row', apiKeyStatus: 'ACTIVE' });
    return apiKey.apiKeyId;
  }

  /** A new usage plan; gives its id. */
  async usagePlan(): Promise<string> {
    const { usagePlan } = await this.api.ok('POST', '/usage-plans', { usagePlanName: 'row' });
    return usagePlan.usagePlanId;
  }

  /** A stage that is connected to a plan, with an API key that may be subscribed. */
  async connected(): Promise<StageWorld & { plan: string; planStage: string; apiKeyId: string }> {
    const made = await this.stage();
    const plan = `/usage-plans/${await this.usagePlan()}`;
    const planStage = `${plan}/stages/${made.stageId}`;
    await this.api.ok('POST', planStage);
    return { ...made, plan, planStage, apiKeyId: await this.apiKey() };
  }

  /** As connected, with a subscription. */
  async subscribed(): Promise<Awaited<ReturnType<World['connected']>> & { subscriptionId: string }> {
    const made = await this.connected();
    const body = { apiKeyIdList: [made.apiKeyId] };
    const { apiSubscriptionList } = await this.api.ok('POST', `${made.planStage}/subscriptions`, body);
    return { ...made, subscriptionId: apiSubscriptionList[0].subscriptionId };
  }

  /** A gateway that a test speaks for, alone in region KR2. It leaves with the row. */
  async spokenGateway(): Promise<SpokenGateway> {
    const gateway = new SpokenGateway(SPOKEN_GATEWAY, this.stack);
    await gateway.manifest('', 0, 'KR2');
    this.undo(() => gateway.call('DELETE', `/gateways/${gateway.id}`));
    return gateway;
  }

  /** Lets the database raise when this happens to the rows of a table whose column has this value. */
  async raiseOn(
    operation: RowFault['operation'],
    table: string,
    [column, value]: [column: string, value: string],
    sqlState?: string,
  ): Promise<void> {
    const condition = `${operation === 'DELETE' ? 'OLD' : 'NEW'}.${column}::text = '${value}'`;
    this.undo(await beginRowFault(this.stack, { operation, table, condition, ...(sqlState ? { sqlState } : {}) }));
  }

  /** Has something undone when the row is over. */
  undo(work: () => Promise<unknown>): void {
    this.undos.push(work);
  }

  /** Ends all faults, the last one first. */
  async restore(): Promise<void> {
    for (const work of this.undos.toReversed()) await work();
  }
}

function find(list: Json[], path: string, methodType: string | null): Json {
  const found = list.find((one) => one.path === path && one.methodType === methodType);
  if (!found) throw new Error(`There is no ${methodType ?? 'path'} ${path}`);
  return found;
}
