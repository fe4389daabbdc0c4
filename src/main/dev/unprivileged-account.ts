import { readFile } from 'node:fs/promises';

/** A user of the operating system, as PostgreSQL is run by it. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Accounts that almost every system has, best first. None is ever created. */
const CANDIDATES = ['postgres', 'nobody'];

/**
 * The account that PostgreSQL has to run as, because it refuses to run as root; null when this process is not root.
 * @throws Error when this process is root and the system has none of the known accounts.
 */
export async function unprivilegedAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = readAccounts(await readFile('/etc/passwd', 'utf8'));
  for (const name of CANDIDATES) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (account) return account;
  }
  throw new Error(
    `PostgreSQL does not run as root, and this system has no user ${CANDIDATES.join(' or ')} to run it as. ` +
      'Start as another user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** The accounts of a passwd file: `name:password:uid:gid:…` per line. */
function readAccounts(passwd: string): Account[] {
  return passwd.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
