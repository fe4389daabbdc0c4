import { defineErrors } from '../define.js';

/** Errors of the domain "deployment-plans". The published table has no such domain: their numbers, 121, are ours. */
export const deploymentPlansErrors = defineErrors({
  DEPLOYMENT_PLAN_NOT_FOUND: {
    code: 404121000,
    en: 'Could not find deployment plan.',
    ko: '배포 계획이 존재하지 않습니다.',
    cause: 'The stage has no plan with this id, or it is so old that it was removed.',
    cure: 'Make a new plan with dryRun=true, and name its planId for the same stage.',
  },
  DEPLOYMENT_PLAN_OUTDATED: {
    code: 409121000,
    en: 'Fail deploy because the deployment plan does not hold any more.',
    ko: '배포 계획이 더 이상 유효하지 않아 배포할 수 없습니다.',
    cause: 'The plan was carried out, has expired, or what it was made from has changed; errorList names what.',
    cure: 'Make a new plan, read what it says now, and deploy that one.',
  },
});
