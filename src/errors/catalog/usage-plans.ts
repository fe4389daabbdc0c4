import { defineErrors } from '../define.js';

/** Errors of the domain "usage-plans"; numbers and messages are part of the public contract. */
export const usagePlansErrors = defineErrors({
  USAGE_PLAN_CHANGE_INVALID: {
    code: 400106000,
    en: 'Fail change usage plan of api key. There is no stage connected to the usage plan you want to change or It is the same as the usage plan before the change.',
    ko: '변경하려는 사용량 계획에 API Key가 연결 가능한 스테이지가 없습니다.',
    cause: 'The other usage plan is not connected to the stage, or is the same.',
    cure: 'Connect the stage to the other usage plan first, then move the key.',
  },
  USAGE_PLAN_HAS_STAGES: {
    code: 400106001,
    en: 'Fail delete usage plan. There is connected stages.',
    ko: '연결된 스테이지가 있어 사용량 계획을 삭제하지 못했습니다. 모든 스테이지를 연결 해제한 후 삭제해 주세요.',
    cause: 'The usage plan is connected to a stage.',
    cure: 'Disconnect the stages from the plan, then delete it.',
  },
  STAGE_HAS_API_KEYS: {
    code: 400106002,
    en: 'The stage have api keys. Please try after disconnecting.',
    ko: '스테이지에 연결된 API Key가 있습니다. API Key 연결해제 후 스테이지를 연결해제 할 수 있습니다.',
    cause: 'API keys are connected to the stage through this plan.',
    cure: 'Disconnect the keys from stage and plan, then the stage.',
  },
  SUBSCRIPTION_NOT_FOUND: {
    code: 404106000,
    en: 'Not found subscription of api key.',
    ko: '연결된 API Key 정보를 찾을 수 없습니다.',
    cause: 'The plan and stage have no subscription with this id.',
    cure: 'Take the id from GET …/subscriptions of the same plan and stage.',
  },
  API_KEY_ALREADY_CONNECTED: {
    code: 409106000,
    en: 'Among the requested api keys',
    ko: '스테이지에 이미 연결된 API Key가 있습니다.',
    cause: 'One of the API keys is connected to the stage already; none was connected.',
    cure: 'Leave out the keys that errorList names; move a key to another plan instead of connecting it twice.',
  },
  STAGE_ALREADY_CONNECTED: {
    code: 409106001,
    en: 'The stage is already connected to this usage plan.',
    ko: '이미 사용량 계획에 연결된 스테이지 입니다.',
    cause: 'The stage is connected to this plan already.',
    cure: 'Nothing is to be connected. Connect keys to it, if requests are refused.',
  },
  API_KEY_CONNECT_FAILED: {
    code: 500106000,
    en: 'Fail connect api key to usage plan stage.',
    ko: '일부 API Key를 연결하지 못했습니다.',
    cause: 'The API keys could not be connected; none was.',
    cure: 'Connect the keys again. If it stays, the log of the control plane holds the reason.',
  },
  API_KEY_DISCONNECT_FAILED: {
    code: 500106001,
    en: 'Fail disconnect api key from usage plan stage.',
    ko: '일부 API Key 연결을 해제하지 못했습니다.',
    cause: 'The API keys could not be disconnected; none was.',
    cure: 'Disconnect the keys again. If it stays, the reason is in the log of the control plane.',
  },
  USAGE_PLAN_CHANGE_FAILED: {
    code: 500106002,
    en: 'Fail change usage plan of api key.',
    ko: 'API Key의 사용량 계획을 변경하지 못했습니다.',
    cause: 'The usage plan of the key could not be changed.',
    cure: 'Move the key again; it still has the plan of before.',
  },
  USAGE_PLAN_DELETE_FAILED: {
    code: 500106003,
    en: 'Fail delete usage plan.',
    ko: '사용량 계획을 삭제하지 못했습니다.',
    cause: 'The usage plan could not be deleted.',
    cure: 'Delete the plan again. If it stays, the log of the control plane holds the reason.',
  },
  USAGE_PLAN_NOT_FOUND: {
    code: 404106001,
    en: 'Could not find usage plan.',
    ko: '사용량 계획이 존재하지 않습니다.',
    cause: 'The project has no usage plan with this id.',
    cure: 'Take the id from GET …/usage-plans. A deleted plan may be in the recycle bin.',
  },
});
