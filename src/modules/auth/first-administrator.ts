import { Injectable } from '@nestjs/common';
import { lockAdministrators, type Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';
import { newId, newSecret } from '../../kernel/ids.js';
import {
  disableOtherAccessKeys,
  findAccessKeyWithUser,
  insertAccessKey,
  updateAccessKey,
} from './access-keys/access-keys.queries.js';
import { isSecretOf, secretHash } from './secret-hash.js';
import { deleteTokensOfUser } from './tokens/tokens.queries.js';
import {
  findFirstAdministrator,
  hasUsableAdministrator,
  hasUser,
  insertUser,
  updateUser,
} from './users/users.queries.js';

const USER_NAME = 'administrator';
const ACCESS_KEY_NAME = 'bootstrap';
const IGNORED = 'BOOTSTRAP_ACCESS_KEY_ID and BOOTSTRAP_ACCESS_KEY_SECRET are ignored: somebody administers already';
const APPLIED = 'made the access key of BOOTSTRAP_ACCESS_KEY_ID one of an administrator';

/** Id and secret of an access key. */
export interface NewAccessKey {
  readonly id: string;
  readonly secret: string;
}

/** What has become of the first administrator at a start. */
export interface AdministratorOutcome {
  /** The access key that this start has generated; null when it has not. */
  readonly accessKey: NewAccessKey | null;
  /** What has become of the given access key, without its secret; null when there is nothing to say. */
  readonly note: string | null;
}

/** Sees to it that an installation has somebody who administers it. */
@Injectable()
export class FirstAdministrator {
  constructor(private readonly settings: Settings) {}

  /**
   * Makes the first administrator with an access key. A given one counts only while nobody can administer: an access
   * key that was deleted or disabled must not come back with every start. Call it under the lock of the bootstrap.
   */
  async make(queries: Queries): Promise<AdministratorOutcome> {
    await lockAdministrators(queries);
    const { bootstrapAccessKeyId: id, bootstrapAccessKeySecret: secret } = this.settings;
    if (id !== undefined && secret !== undefined) {
      const given = { id, secret };
      if (await hasUsableAdministrator(queries)) return { accessKey: null, note: await reasonToIgnore(queries, given) };
      const isFirst = !(await hasUser(queries));
      await provide(queries, given);
      return { accessKey: null, note: isFirst ? null : APPLIED };
    }
    if (await hasUser(queries)) return { accessKey: null, note: null };
    const accessKey = { id: newId(), secret: newSecret() };
    await provide(queries, accessKey);
    return { accessKey, note: null };
  }
}

/** What differs between a given access key and what is there; null when nothing does. */
async function reasonToIgnore(queries: Queries, { id, secret }: NewAccessKey): Promise<string | null> {
  const known = await findAccessKeyWithUser(queries, id);
  if (!known) return `${IGNORED}, and the id is unknown`;
  return isSecretOf(secret, known.secretHash) ? null : `${IGNORED}, and the secret is another one`;
}

/** Makes the access key one with which somebody administers. */
async function provide(queries: Queries, accessKey: NewAccessKey): Promise<void> {
  const known = await findAccessKeyWithUser(queries, accessKey.id);
  if (known) return restore(queries, known.userId, accessKey);
  // None who is disabled: that may be so for a reason.
  const user =
    (await findFirstAdministrator(queries)) ?? (await insertUser(queries, { name: USER_NAME, isAdministrator: true }));
  const stored = { id: accessKey.id, userId: user.id, name: ACCESS_KEY_NAME, secretHash: secretHash(accessKey.secret) };
  await insertAccessKey(queries, stored);
}

/** Makes the user of an access key an administrator who comes in with that, and with nothing else. */
async function restore(queries: Queries, userId: string, { id, secret }: NewAccessKey): Promise<void> {
  await deleteTokensOfUser(queries, userId);
  await disableOtherAccessKeys(queries, userId, id);
  await updateAccessKey(queries, id, { secretHash: secretHash(secret), disabled: false });
  await updateUser(queries, userId, { isAdministrator: true, disabled: false });
}
