import { defineErrors } from '../define.js';

/** Errors of the domain "recycle-bin". The published table has no such domain: their numbers, 120, are ours. */
export const recycleBinErrors = defineErrors({
  RECYCLE_BIN_ITEM_NOT_FOUND: {
    code: 404120000,
    en: 'Not found recycle bin item.',
    ko: '휴지통 항목이 존재하지 않습니다.',
    cause: 'The recycle bin of the project has no item with this id, or its 30 days are over.',
    cure: 'Take the id from GET …/recycle-bin of the same project.',
  },
  RECYCLE_BIN_ITEM_NOT_RESTORABLE: {
    code: 409120000,
    en: 'Fail restore recycle bin item.',
    ko: '휴지통 항목을 복원할 수 없습니다.',
    cause: 'The item was restored already, or what it needs is gone; errorList names what is in the way.',
    cure: 'Remove what errorList names, or restore what is missing above it first; then restore again.',
  },
});
