import type { PrismaClient } from './client/client.js';
import type { Queries } from './database.js';

type Call = (...args: unknown[]) => Promise<unknown>;
type Calls = Readonly<Record<string, Call>>;
/** A client of Prisma as far as what follows goes: what is called is a member of it, or of a model that is. */
type Members = Readonly<Record<string, Call | Calls>>;

/** A client of Prisma that is opened when it is first asked for something: most of the hot transactions never do. */
export function joinedClient(prisma: PrismaClient, open: () => Promise<Queries>): Queries {
  const known = prisma as unknown as Members;
  const opened = async () => (await open()) as unknown as Members;
  return membersOf((name) => {
    const kind = typeof known[name];
    if (kind === 'function') return async (...args: unknown[]) => ((await opened())[name] as Call)(...args);
    if (kind !== 'object') return undefined;
    return membersOf((operation) => async (...args: unknown[]) => {
      const model = (await opened())[name] as Calls;
      return (model[operation] as Call)(...args);
    });
  }) as Queries;
}

function membersOf(memberOf: (name: string) => unknown): object {
  // Neither is a promise, so that an `await` takes it as it is.
  const isMember = (name: string | symbol): name is string => typeof name === 'string' && name !== 'then';
  return new Proxy({}, { get: (_target, name) => (isMember(name) ? memberOf(name) : undefined) });
}
