import { defineErrors } from '../define.js';

/** Errors of the domain "stages"; numbers and messages are part of the public contract. */
export const stagesErrors = defineErrors({
  PATH_VARIABLE_UNDECLARED: {
    code: 400103000,
    en: 'Path variable cannot be used. Only variables declared for the selected path or above can be set.',
    ko: '잘못된 경로 변수입니다.',
    cause: 'A setting uses a path variable that neither its path nor one above declares.',
  },
  STAGE_PLUGIN_POSITION_INVALID: {
    code: 400103001,
    en: "Fail update stage resource. Stage resource plugin's position is invalid.",
    ko: '요청한 리소스에 설정할 수 없는 스테이지 플러그인입니다.',
    cause: 'The stage plugin may not be set on this resource, or HMAC and JWT are both set.',
  },
  PRE_API_URL_IS_STAGE_URL: {
    code: 400103002,
    en: "Fail update stage resource. PRE_API's url is not allowed to use stage url.",
    ko: '잘못된 사전 호출의 URL형식입니다.',
    cause: 'The PRE_API url points at a stage of this installation.',
  },
  BACKEND_OVERRIDE_NOT_ALLOWED: {
    code: 400103003,
    en: 'Fail update stage resource. Custom endpoint url is not allowed at this stage resource path.',
    ko: '백엔드 엔드포인트 URL 재정의를 설정할 수없는 리소스입니다.',
    cause: 'The root path takes no backend override.',
  },
  BACKEND_URL_INVALID: {
    code: 400103004,
    en: 'Fail create or update stage. Invalid backend endpoint URL format.',
    ko: '잘못된 백엔드 엔드포인트 URL 형식입니다.',
    cause: 'The backend URL is no http(s) URL, is over 150 characters, or has a port that is not allowed.',
  },
  STAGE_HAS_USAGE_PLAN: {
    code: 400103005,
    en: 'Fail Delete stage. The stage have connected usage plan.',
    ko: '스테이지가 연결된 사용량 계획이 있습니다. 스테이지 연결 해제 후 스테이지를 삭제할 수 있습니다.',
    cause: 'The stage, or one of the stages of the service, is connected to a usage plan.',
  },
  STAGE_LIMIT_EXCEEDED: {
    code: 400103006,
    en: 'Exceeded the maximum stage count',
    ko: '스테이지 최대 생성 개수를 초과하였습니다.',
    cause: 'The service has as many stages as MAX_STAGES allows.',
  },
  STAGE_NAME_DUPLICATED: {
    code: 409103002,
    en: 'Fail create duplicated stage name',
    ko: '중복된 스테이지 이름은 생성할 수 없습니다.',
    cause: 'The service has a stage of this name, or a default stage, already.',
  },
  STAGE_RESOURCES_UP_TO_DATE: {
    code: 409103003,
    en: 'The latest resource has already been applied.',
    ko: '이미 스테이지에 최신 리소스가 적용되었습니다.',
    cause: 'The stage has the latest resources already.',
  },
  STAGE_PLUGIN_UNREADABLE: {
    code: 500103000,
    en: 'Fail convert stage resource plugin config to bean',
    ko: '스테이지 배포 요청에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'A stored plugin setting of the stage cannot be read any more.',
  },
  STAGE_HOST_NOT_REGISTERED: {
    code: 500103001,
    en: 'Stage creation failed. Please try again.',
    ko: '스테이지 생성에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'The host name of the stage could not be registered; nothing was created.',
  },
  SERVER_GROUP_NOT_FOUND: {
    code: 500103002,
    en: 'Not found any server group',
    ko: '스테이지 생성에 실패했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'No server group serves the region of the service.',
  },
  STAGE_HOST_NOT_RELEASED: {
    code: 500103003,
    en: 'Fail delete stage url',
    ko: '스테이지 삭제에 실패했습니다. 잠시 후 시도해주세요.',
    cause: 'The host name of the stage could not be released; the stage is kept.',
  },
  HOST_RECORD_NOT_FOUND: {
    code: 500197000,
    en: 'Not found recordset name',
    ko: '이미 삭제된 스테이지이거나 스테이지 정보를 찾을 수 없습니다.',
    cause: 'The host name record of the stage is lost.',
  },
  CONTEXT_VARIABLE_INVALID: {
    code: 400103007,
    en: 'Invalid context variables.',
    ko: '잘못된 컨텍스트 변수입니다.',
    cause: 'A setting uses a context variable that does not exist.',
  },
  STAGE_NOT_FOUND: {
    code: 404103000,
    en: 'Could not find stage.',
    ko: '스테이지가 존재하지 않습니다.',
    cause: 'The service has no stage with this id.',
  },
  STAGE_RESOURCE_NOT_FOUND: {
    code: 404103001,
    en: 'Could not find stage resource.',
    ko: '스테이지 리소스가 존재하지 않습니다.',
    cause: 'The stage has no resource with this id.',
  },
  CUSTOM_DOMAIN_NOT_CONNECTED: {
    code: 500103004,
    en: 'Failed to connect alias domain to stage. Please try again in a few minutes.',
    ko: '사용자 정의 도메인을 스테이지에 연결하지 못했습니다. 잠시 후 다시 시도해주세요.',
    cause: 'The custom domain could not be connected.',
  },
});
