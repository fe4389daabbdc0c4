import { Prisma, type Queries } from '../../database/index.js';
import { AppError } from '../../errors/index.js';
import { type PageQuery, pageWindow } from '../../http/index.js';
import { withDomains } from '../stages/index.js';

const withAppKey = { appKey: { select: { value: true } } } as const;
/** Reads the connection of a stage to a usage plan with both: what presentPlanStage and presentStageOfPlan need. */
export const withStage = {
  usagePlan: true,
  stage: { include: { service: true, ...withDomains } },
} as const satisfies Prisma.UsagePlanStageInclude;

/** A usage plan with the value of the appKey that it was made under. */
export type UsagePlanRow = Prisma.UsagePlanGetPayload<{ include: typeof withAppKey }>;
/** The connection of a stage to a usage plan, with both. */
export type PlanStageRow = Prisma.UsagePlanStageGetPayload<{ include: typeof withStage }>;

/** What a usage plan says. */
export type UsagePlanContent = Pick<
  Prisma.UsagePlanUncheckedCreateInput,
  'name' | 'description' | 'requestsPerSecond' | 'quotaPeriodUnit' | 'quotaLimit'
>;

/** A page of a project's usage plans, oldest first, and their number; only those of a stage when one is given. */
export function listUsagePlans(
  queries: Queries,
  projectId: string,
  page: PageQuery,
  stageId?: string,
): Promise<[UsagePlanRow[], number]> {
  const where = { projectId, ...(stageId === undefined ? {} : { stages: { some: { stageId } } }) };
  return Promise.all([
    queries.usagePlan.findMany({
      where,
      include: withAppKey,
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      ...pageWindow(page),
    }),
    queries.usagePlan.count({ where }),
  ]);
}

/** The usage plan of a project. @throws AppError USAGE_PLAN_NOT_FOUND */
export async function requireUsagePlan(
  queries: Queries,
  projectId: string,
  usagePlanId: string,
): Promise<UsagePlanRow> {
  const row = await queries.usagePlan.findFirst({ where: { id: usagePlanId, projectId }, include: withAppKey });
  if (!row) throw new AppError('USAGE_PLAN_NOT_FOUND');
  return row;
}

/** Inserts a usage plan. */
export function insertUsagePlan(
  queries: Queries,
  plan: UsagePlanContent & { id: string; projectId: string; appKeyId: string },
): Promise<UsagePlanRow> {
  return queries.usagePlan.create({ data: plan, include: withAppKey });
}

/** Changes a usage plan that exists. */
export function updateUsagePlan(
  queries: Queries,
  usagePlanId: string,
  content: UsagePlanContent,
): Promise<UsagePlanRow> {
  const data = { ...content, updatedAt: new Date() };
  return queries.usagePlan.update({ where: { id: usagePlanId }, data, include: withAppKey });
}

/** Deletes a usage plan that exists. Its stages would go with it: ask {@link hasStages} before. */
export async function deleteUsagePlan(queries: Queries, usagePlanId: string): Promise<void> {
  await queries.usagePlan.delete({ where: { id: usagePlanId } });
}

/** Whether the plan has a stage. Ask under the plan's lock. */
export async function hasStages(queries: Queries, usagePlanId: string): Promise<boolean> {
  return (await queries.usagePlanStage.findFirst({ where: { usagePlanId }, select: { stageId: true } })) !== null;
}

/** A page of the stages of a usage plan in the order of their connection, and their number. */
export function listPlanStages(
  queries: Queries,
  usagePlanId: string,
  page: PageQuery,
): Promise<[PlanStageRow[], number]> {
  return Promise.all([
    queries.usagePlanStage.findMany({
      where: { usagePlanId },
      include: withStage,
      orderBy: [{ createdAt: 'asc' }, { stageId: 'asc' }],
      ...pageWindow(page),
    }),
    queries.usagePlanStage.count({ where: { usagePlanId } }),
  ]);
}

/** A stage of a usage plan. @throws AppError STAGE_NOT_FOUND */
export async function requireStageOfPlan(
  queries: Queries,
  usagePlanId: string,
  stageId: string,
): Promise<PlanStageRow> {
  const where = { usagePlanId_stageId: { usagePlanId, stageId } };
  const row = await queries.usagePlanStage.findUnique({ where, include: withStage });
  if (!row) throw new AppError('STAGE_NOT_FOUND');
  return row;
}

/** Whether the plan has the stage. */
export async function isConnected(queries: Queries, usagePlanId: string, stageId: string): Promise<boolean> {
  const where = { usagePlanId_stageId: { usagePlanId, stageId } };
  return (await queries.usagePlanStage.findUnique({ where })) !== null;
}

/** Connects a stage to a plan. Another such connection violates `usage_plan_stage_pkey`. */
export async function insertPlanStage(queries: Queries, usagePlanId: string, stageId: string): Promise<void> {
  await queries.usagePlanStage.create({ data: { usagePlanId, stageId } });
}

/** Disconnects a stage from a plan that has it. */
export async function deletePlanStage(queries: Queries, usagePlanId: string, stageId: string): Promise<void> {
  await queries.usagePlanStage.delete({ where: { usagePlanId_stageId: { usagePlanId, stageId } } });
}

/** Whether API keys are connected to the stage through the plan. Ask under the locks of both. */
export async function hasSubscriptions(queries: Queries, usagePlanId: string, stageId: string): Promise<boolean> {
  const where = { usagePlanId, stageId };
  return (await queries.subscription.findFirst({ where, select: { id: true } })) !== null;
}
