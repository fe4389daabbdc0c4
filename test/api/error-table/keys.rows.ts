import { newSecret } from '../../../src/kernel/ids.js';
import type { Row, World } from './world.js';

type Subscribed = Awaited<ReturnType<World['subscribed']>>;
type Connected = Awaited<ReturnType<World['connected']>>;

/** A call on an API key that is subscribed to a stage. */
function onSubscribed(
  call: (world: World, made: Subscribed) => ReturnType<World['api']['call']>,
  before?: (world: World, made: Subscribed) => Promise<unknown>,
): Row['arrange'] {
  return async (world) => {
    const made = await world.subscribed();
    await before?.(world, made);
    return () => call(world, made);
  };
}

/** A call on a usage plan that is connected to a stage. */
function onConnected(
  call: (world: World, made: Connected) => ReturnType<World['api']['call']>,
  before?: (world: World, made: Connected) => Promise<unknown>,
): Row['arrange'] {
  return async (world) => {
    const made = await world.connected();
    await before?.(world, made);
    return () => call(world, made);
  };
}

/** A call on an API key that is connected to nothing. */
function onKey(
  call: (world: World, apiKeyId: string) => ReturnType<World['api']['call']>,
  before?: (world: World, apiKeyId: string) => Promise<unknown>,
): Row['arrange'] {
  return async (world) => {
    const apiKeyId = await world.apiKey();
    await before?.(world, apiKeyId);
    return () => call(world, apiKeyId);
  };
}

const removeKey = ({ api }: World, apiKeyId: string) => api.call('DELETE', `/apikeys/${apiKeyId}`);
const subscribe = ({ api }: World, { planStage, apiKeyId }: Connected) =>
  api.call('POST', `${planStage}/subscriptions`, { apiKeyIdList: [apiKeyId] });

/** Moves the subscription to a new plan that is connected to the stage, too. */
async function changeToOther(world: World, made: Subscribed): ReturnType<World['api']['call']> {
  const body = { changeUsagePlanId: otherPlans.get(made) };
  const path = `${made.planStage}/subscriptions/${made.subscriptionId}/change-usage-plan`;
  return world.api.call('POST', path, body);
}

const otherPlans = new WeakMap<Subscribed, string>();

async function connectOtherPlan(world: World, made: Subscribed): Promise<void> {
  const plan = await world.usagePlan();
  await world.api.ok('POST', `/usage-plans/${plan}/stages/${made.stageId}`);
  otherPlans.set(made, plan);
}

export const keysRows = {
  API_KEY_IN_USE: { arrange: onSubscribed((world, { apiKeyId }) => removeKey(world, apiKeyId)) },
  API_KEY_NOT_FOUND: { arrange: async (world) => () => removeKey(world, 'nope') },
  API_KEY_REGENERATE_FAILED: {
    arrange: onKey(
      ({ api }, apiKeyId) => api.call('POST', `/apikeys/${apiKeyId}/regenerate`, { apiKeyType: 'PRIMARY' }),
      (world, apiKeyId) => world.raiseOn('UPDATE', 'api_key_value', ['api_key_id', apiKeyId]),
    ),
  },
  API_KEY_DUPLICATED: {
    arrange: async ({ api, stack }) => {
      const body = { apiKeyName: 'twice', apiKeyStatus: 'ACTIVE', primaryApiKey: newSecret() };
      await (await stack.newProject()).ok('POST', '/apikeys', body);
      return () => api.call('POST', '/apikeys', body);
    },
    fields: ['primaryApiKey'],
  },
  API_KEY_DELETE_INCOMPLETE: {
    arrange: onKey(removeKey, (world, apiKeyId) => world.raiseOn('DELETE', 'api_key_value', ['api_key_id', apiKeyId])),
  },
  API_KEY_DELETE_FAILED: {
    arrange: onKey(removeKey, (world, apiKeyId) => world.raiseOn('DELETE', 'api_key', ['id', apiKeyId])),
  },
  USAGE_PLAN_CHANGE_INVALID: {
    arrange: onSubscribed(({ api }, { plan, planStage, subscriptionId }) =>
      api.call('POST', `${planStage}/subscriptions/${subscriptionId}/change-usage-plan`, {
        changeUsagePlanId: plan.split('/').at(-1),
      }),
    ),
    fields: ['changeUsagePlanId'],
  },
  USAGE_PLAN_HAS_STAGES: { arrange: onConnected(({ api }, { plan }) => api.call('DELETE', plan)) },
  STAGE_HAS_API_KEYS: { arrange: onSubscribed(({ api }, { planStage }) => api.call('DELETE', planStage)) },
  SUBSCRIPTION_NOT_FOUND: {
    arrange: onConnected(({ api }, { planStage }) =>
      api.call('DELETE', `${planStage}/subscriptions`, { apiSubscriptionIdList: ['nope'] }),
    ),
    fields: ['apiSubscriptionIdList[0]'],
  },
  API_KEY_ALREADY_CONNECTED: { arrange: onSubscribed(subscribe), fields: ['apiKeyIdList[0]'] },
  STAGE_ALREADY_CONNECTED: { arrange: onConnected(({ api }, { planStage }) => api.call('POST', planStage)) },
  API_KEY_CONNECT_FAILED: {
    arrange: onConnected(subscribe, (world, { stageId }) =>
      world.raiseOn('INSERT', 'subscription', ['stage_id', stageId]),
    ),
  },
  API_KEY_DISCONNECT_FAILED: {
    arrange: onSubscribed(
      ({ api }, { planStage, subscriptionId }) =>
        api.call('DELETE', `${planStage}/subscriptions`, { apiSubscriptionIdList: [subscriptionId] }),
      (world, { subscriptionId }) => world.raiseOn('DELETE', 'subscription', ['id', subscriptionId]),
    ),
  },
  USAGE_PLAN_CHANGE_FAILED: {
    arrange: onSubscribed(changeToOther, async (world, made) => {
      await connectOtherPlan(world, made);
      await world.raiseOn('UPDATE', 'subscription', ['id', made.subscriptionId]);
    }),
  },
  USAGE_PLAN_DELETE_FAILED: {
    arrange: async (world) => {
      const planId = await world.usagePlan();
      await world.raiseOn('DELETE', 'usage_plan', ['id', planId]);
      return () => world.api.call('DELETE', `/usage-plans/${planId}`);
    },
  },
  USAGE_PLAN_NOT_FOUND: {
    arrange:
      async ({ api }) =>
      () =>
        api.call('GET', '/usage-plans/nope'),
  },
  STATISTICS_PERIOD_INVALID: {
    arrange: onKey(({ api }, apiKeyId) => {
      const period = 'startTime=2026-11-02T00:00:00Z&endTime=2026-11-01T00:00:00Z';
      return api.call('GET', `/apikeys/${apiKeyId}/metrics?${period}`);
    }),
    fields: ['startTime'],
  },
} satisfies Record<string, Row>;
