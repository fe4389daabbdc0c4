/** Documents whose commands `guides.test.ts` runs on a stack with one gateway, each in a project of its own. */
export const RUN_DOCUMENTS = [
  'README.md',
  'docs/guides/before-you-start.md',
  'docs/guides/import-a-swagger-file.md',
  'docs/guides/api-keys.md',
  'docs/guides/usage-plans.md',
  'docs/guides/plan-a-deployment.md',
  'docs/guides/explain-a-request.md',
  'docs/guides/roll-back.md',
  'docs/guides/custom-domains.md',
  'docs/guides/deploy-from-ci.md',
  'docs/guides/recycle-bin.md',
  'docs/guides/access.md',
  'docs/guides/several-gateways.md',
  'docs/observability.md',
];
