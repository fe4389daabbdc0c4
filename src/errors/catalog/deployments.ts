import { defineErrors } from '../define.js';

/** Errors of the domain "deployments"; numbers and messages are part of the public contract. */
export const deploymentsErrors = defineErrors({
  DEPLOYMENT_IN_USE: {
    code: 400104000,
    en: 'Unable delete base stage deploy history or the currently deployed stage deploy history.',
    ko: '현재 배포된 이력과 기반 배포 이력은 삭제할 수 없습니다.',
    cause: 'The deployment is live or the base of the stage.',
  },
  DEPLOYMENT_NOT_COMPLETE: {
    code: 400104001,
    en: 'Only possible to rollback stage for the completed deploy status.',
    ko: '스테이지 되돌리기를 할 수 없는 배포 상태의 이력입니다.',
    cause: 'Only a COMPLETE deployment can be rolled back to.',
  },
  DEPLOY_STAGE_EMPTY: {
    code: 400104002,
    en: 'Empty Stage Resource for deploying',
    ko: '생성된 리소스가 없어 스테이지를 생성할 수 없습니다.',
    cause: 'The stage has no resource.',
  },
  DEPLOY_NO_METHOD: {
    code: 400104003,
    en: 'Empty path on Stage Resource for deploying',
    ko: '생성된 리소스가 없어 스테이지를 생성할 수 없습니다.',
    cause: 'The resources of the stage hold no method.',
  },
  DEPLOY_STAGE_DELETED: {
    code: 400104004,
    en: 'Empty path on Stage Resource for deploying',
    ko: '이미 삭제된 스테이지이거나 스테이지 정보를 찾을 수 없어 배포 요청을 실패했습니다.',
    cause: 'The stage was deleted while the deployment waited for it.',
  },
  DEPLOY_HOST_MISSING: {
    code: 400104005,
    en: 'Empty path on Stage Resource for deploying',
    ko: '이미 삭제된 스테이지이거나 스테이지 정보를 찾을 수 없어 배포 요청을 실패했습니다.',
    cause: 'The host name record of the stage is missing.',
  },
  DEPLOY_NO_ROUTE: {
    code: 400104006,
    en: 'Empty path on Stage Resource for deploying',
    ko: '생성된 리소스가 없어 스테이지를 생성할 수 없습니다.',
    cause: 'The compiled stage holds no route.',
  },
  ROLLBACK_NO_DIFFERENCE: {
    code: 409104000,
    en: 'Unable rollback stage. No difference with current stage.',
    ko: '이미 되돌리기가된 배포이력입니다.',
    cause: 'The stage settings equal this deployment already.',
  },
  STAGE_DEPLOYING: {
    code: 409104001,
    en: 'Fail deploy because current stage is deploying',
    ko: '이미 스테이지가 배포가 진행 중입니다.',
    cause: 'A deployment of this stage is running; try again when it has ended.',
  },
  STAGE_NOT_CHANGED: {
    code: 409104002,
    en: 'Fail deploy because stage is not changed',
    ko: '이미 최신 스테이지가 배포되었습니다.',
    cause: 'The stage settings equal what is live.',
  },
  DEPLOY_RESTORE_FAILED: {
    code: 500104002,
    en: 'Fail Rollback previous deploy data',
    ko: '스테이지 배포 중 오류가 발생하여 복구를 시도했지만 복구에 실패하였습니다. 잠시 후 다시 배포를 시도해주세요.',
    cause: 'A deployment failed on a gateway, and a gateway could not go back to the previous one.',
  },
  NO_LIVE_GATEWAY: {
    code: 500104003,
    en: 'Not found any routers for deploying',
    ko: '스테이지 배포 요청에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'No gateway of the region is alive.',
  },
  SNAPSHOT_NOT_SERIALIZABLE: {
    code: 500104004,
    en: 'Fail convert stage resource list to string',
    ko: '스테이지 배포 요청에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'The stage could not be written as a snapshot.',
  },
  BACKEND_TYPE_UNSUPPORTED: {
    code: 500104005,
    en: 'Fail make plugin data string from request body',
    ko: '지원하지 않는 백엔드 엔드포인트 타입입니다.',
    cause: 'A method has neither HTTP nor MOCK, or a backend type that the gateway does not know.',
  },
  SNAPSHOT_UNREADABLE: {
    code: 500104006,
    en: 'Fail convert stage deploy json to stage resource list',
    ko: '스테이지 배포 요청에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'The stored deployment cannot be read any more.',
  },
  ROLLBACK_FAILED: {
    code: 500104007,
    en: 'Fail rollback stage',
    ko: '스테이지 배포 요청에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'The rollback failed; the stage is as it was.',
  },
  DEPLOY_NOT_QUEUED: {
    code: 500104008,
    en: 'Temporally failed to request stage deployment. Please try again later.',
    ko: '스테이지 배포 요청에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'The deployment could not be queued; nothing was changed.',
  },
  DEPLOYMENT_NOT_FOUND: {
    code: 404104000,
    en: 'Could not find stage deployment.',
    ko: '스테이지 배포 이력이 존재하지 않습니다.',
    cause: 'The stage has no deployment with this id, or none at all.',
  },
});
