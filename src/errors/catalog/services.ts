import { defineErrors } from '../define.js';

/** Errors of the domain "services"; numbers and messages are part of the public contract. */
export const servicesErrors = defineErrors({
  SERVICE_LIMIT_EXCEEDED: {
    code: 400101000,
    en: 'Exceeded the maximum service count',
    ko: '서비스 최대 생성 개수를 초과하였습니다.',
    cause: 'The project has as many services as MAX_SERVICES allows.',
    cure: 'Delete a service that is not needed, or raise MAX_SERVICES.',
  },
  SERVICE_NOT_FOUND: {
    code: 404101000,
    en: 'Not found api gateway service',
    ko: 'API 게이트웨이 서비스가 존재하지 않습니다.',
    cause: 'The project has no service with this id.',
    cure: 'Take the id from GET …/services of the same appKey. A deleted service may be in the recycle bin.',
  },
});
