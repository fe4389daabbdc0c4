import { defineErrors } from '../define.js';

/** Errors of the domain "documents"; numbers and messages are part of the public contract. */
export const documentsErrors = defineErrors({
  DOCUMENT_NOT_FOUND: {
    code: 404109000,
    en: "Not found API document's swagger.",
    ko: 'API 설명서를 찾을수 없습니다.',
    cause: 'The stage was never deployed, so it has no document.',
    cure: 'Deploy the stage; its document is what is live.',
  },
  DOCUMENT_STAGE_NOT_FOUND: {
    code: 404109001,
    en: 'Not found stage for making api document.',
    ko: 'API 설명서의 게시 상태 변경에 실패했습니다.',
    cause: 'The stage does not exist or was never deployed.',
    cure: 'Deploy the stage before its document is published.',
  },
  DOCUMENT_PLUGIN_FAILED: {
    code: 500109000,
    en: 'Fail convert to documentable plugin.',
    ko: 'API 설명서 생성에 실패했습니다.',
    cause: 'A plugin of the deployed stage cannot be written into the document.',
    cure: 'Set the plugins that errorList names anew, and deploy.',
  },
});
