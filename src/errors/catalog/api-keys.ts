import { defineErrors } from '../define.js';

/** Errors of the domain "api-keys"; numbers and messages are part of the public contract. */
export const apiKeysErrors = defineErrors({
  API_KEY_IN_USE: {
    code: 400105000,
    en: 'Fail delete api key. The api key is in using.',
    ko: '연결된 API Key는 삭제할 수 없습니다. 연결을 해제한 후 삭제해 주세요.',
    cause: 'The API key is connected to a stage.',
    cure: 'Disconnect the key from its stages: DELETE …/subscriptions of the usage plan. Then delete it.',
  },
  API_KEY_NOT_FOUND: {
    code: 404105000,
    en: 'Not found api key.',
    ko: 'API Key 정보를 찾을 수 없습니다.',
    cause: 'The project has no API key with this id.',
    cure: 'Take the id from GET …/apikeys. A deleted key may be in the recycle bin.',
  },
  API_KEY_REGENERATE_FAILED: {
    code: 500105000,
    en: 'Fail regenerate api key.',
    ko: 'API Key를 재발급하지 못했습니다.',
    cause: 'No new value could be set; the old one stays valid.',
    cure: 'Try again without a value of your own, or with one that no other key has.',
  },
  API_KEY_DUPLICATED: {
    code: 500105001,
    en: 'Failed create api key by duplicated api key.',
    ko: 'API Key를 생성하지 못했습니다.',
    cause: 'A value of the key is in use in this installation, or both values are equal.',
    cure: 'Choose other values, different from each other, or leave them out: then they are made for you.',
  },
  API_KEY_DELETE_INCOMPLETE: {
    code: 500105002,
    en: 'Fail delete some api key data. Please check exception cause.',
    ko: 'API Key 연결을 해제하지 못했습니다.',
    cause: 'Part of the data of the key could not be deleted; nothing was.',
    cure: 'Delete again; what belongs to the key goes with it or not at all.',
  },
  API_KEY_DELETE_FAILED: {
    code: 500105003,
    en: 'Fail delete api key.',
    ko: 'API Key를 삭제하지 못했습니다.',
    cause: 'The API key could not be deleted.',
    cure: 'Try again. If the key still cannot be deleted, the log of the control plane holds the reason.',
  },
});
