import { ApiProperty } from '@nestjs/swagger';
import { httpMethods } from '../../../contract/plugins/index.js';
import { HeaderAnswer } from '../../../http/index.js';
import type { ChangeType } from '../diff/compare.js';
import { ChangeAnswer, ComparedDeploymentAnswer } from '../diff/diff.dto.js';
import { type RouteSetting, routeSettings } from './route-changes.rules.js';

const changeTypes: ChangeType[] = ['ADDED', 'REMOVED', 'CHANGED'];
const integer = { type: 'integer' } as const;

/** A path, or a method under it, on which a setting stands. */
export class PlaceAnswer {
  @ApiProperty({ example: '/' })
  path!: string;

  @ApiProperty({ type: String, enum: [...httpMethods, null], nullable: true, example: null })
  methodType!: string | null;
}

/** A route. */
export class PlannedRouteAnswer {
  @ApiProperty({ example: '/pets' })
  path!: string;

  @ApiProperty({ enum: httpMethods, example: 'GET' })
  methodType!: string;
}

/** A route that is there now, with what it has carried in the last `trafficDays` days. */
export class CarryingRouteAnswer extends PlannedRouteAnswer {
  @ApiProperty({ ...integer, example: 12000 })
  callCount!: number;

  @ApiProperty({ ...integer, example: 4, description: 'Calls that were answered with 4xx or 5xx.' })
  failureCount!: number;

  @ApiProperty({ ...integer, example: 3, description: 'API keys that called it.' })
  keyCount!: number;
}

/** A route that goes. */
export class RemovedRouteAnswer extends CarryingRouteAnswer {
  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Path of an added route that takes the same requests: only names of variables differ.',
  })
  replacedByPath!: string | null;
}

/** What happens to a part of a route. */
export class RouteChangeAnswer {
  @ApiProperty({
    enum: routeSettings,
    example: 'PLUGIN',
    description: 'BACKEND: where requests go, or what is answered. VALIDATION: what requests are checked for.',
  })
  setting!: RouteSetting;

  @ApiProperty({ type: String, nullable: true, example: 'API_KEY' })
  pluginType!: string | null;

  @ApiProperty({ enum: changeTypes, example: 'ADDED' })
  changeType!: ChangeType;

  @ApiProperty({
    type: PlaceAnswer,
    nullable: true,
    example: null,
    description: 'Where the setting stands that holds for the route now. null: none does, or it is no plugin.',
  })
  originBefore!: PlaceAnswer | null;

  @ApiProperty({
    type: PlaceAnswer,
    nullable: true,
    example: { path: '/', methodType: null },
    description: 'Where the one stands that would hold.',
  })
  originAfter!: PlaceAnswer | null;
}

/** A route that changes. */
export class ChangedRouteAnswer extends CarryingRouteAnswer {
  @ApiProperty({ type: [RouteChangeAnswer] })
  changeList!: RouteChangeAnswer[];
}

/** A change of the API document. */
export class PlannedChangeAnswer extends ChangeAnswer {
  @ApiProperty({ example: false, description: 'A value was too long and is null; the comparison of the stage has it.' })
  isCut!: boolean;
}

/** A setting that changes, where it stands. */
export class SettingChangeAnswer extends PlannedChangeAnswer {
  @ApiProperty({
    ...integer,
    nullable: true,
    example: 12,
    description: 'Of a plugin but HTTP and MOCK: routes that stay and that it changes. Else null.',
  })
  routeCount!: number | null;

  @ApiProperty({ ...integer, nullable: true, example: 12000, description: 'Calls of these routes.' })
  callCount!: number | null;
}

/** How much a deployment would do; lists may be cut off, these are not. */
export class PlanTotalsAnswer {
  @ApiProperty({ ...integer, example: 0 })
  addedRouteCount!: number;

  @ApiProperty({ ...integer, example: 1 })
  removedRouteCount!: number;

  @ApiProperty({ ...integer, example: 12 })
  changedRouteCount!: number;

  @ApiProperty({ ...integer, example: 3 })
  unchangedRouteCount!: number;

  @ApiProperty({ ...integer, example: 2 })
  settingChangeCount!: number;

  @ApiProperty({ ...integer, example: 0 })
  documentationChangeCount!: number;

  @ApiProperty({ ...integer, example: 12000, description: 'Calls of the routes that go and that none replaces.' })
  removedCallCount!: number;

  @ApiProperty({ ...integer, example: 800, description: 'Calls of the routes that change.' })
  changedCallCount!: number;
}

/** What a deployment would do. Lists have at most 1,000 entries; `totals` count all. */
export class DeploymentPlanAnswer {
  @ApiProperty({ example: 'p1l2a3n4i5d6e7x8a9m0' })
  planId!: string;

  @ApiProperty({ example: '2026-11-21T06:00:00.000Z' })
  createdAt!: Date;

  @ApiProperty({ example: '2026-11-22T06:00:00.000Z', description: 'From then on it cannot be carried out.' })
  expiresAt!: Date;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'The deployment that it has become.' })
  appliedDeployId!: string | null;

  @ApiProperty({
    type: ComparedDeploymentAnswer,
    nullable: true,
    example: { deployId: 'd1e2p3l4o5y6i7d8x9a0', deployedAt: '2026-11-21T06:00:00.000Z' },
    description: 'What it is compared with. null: nothing was live.',
  })
  liveDeployment!: ComparedDeploymentAnswer | null;

  @ApiProperty({ example: true, description: 'false: a deployment would be refused with 409104002.' })
  isChanged!: boolean;

  @ApiProperty({ ...integer, example: 7, description: 'How far back calls are counted, in days.' })
  trafficDays!: number;

  @ApiProperty({
    type: [String],
    example: ['removes GET /pets: 12000 calls, 3 keys in the last 7 days'],
    description: 'For people, the greatest risk first.',
  })
  summaryList!: string[];

  @ApiProperty()
  totals!: PlanTotalsAnswer;

  @ApiProperty({ type: [RemovedRouteAnswer], description: 'Those with the most calls first.' })
  removedRouteList!: RemovedRouteAnswer[];

  @ApiProperty({ type: [ChangedRouteAnswer], description: 'Those with the most calls first.' })
  changedRouteList!: ChangedRouteAnswer[];

  @ApiProperty({ type: [PlannedRouteAnswer] })
  addedRouteList!: PlannedRouteAnswer[];

  @ApiProperty({ type: [SettingChangeAnswer], description: 'All but those of the API document.' })
  settingChangeList!: SettingChangeAnswer[];

  @ApiProperty({ type: [PlannedChangeAnswer] })
  documentationChangeList!: PlannedChangeAnswer[];
}

/** Answer with a plan. */
export class OnePlanAnswer {
  @ApiProperty()
  header!: HeaderAnswer;

  @ApiProperty()
  deploymentPlan!: DeploymentPlanAnswer;
}
