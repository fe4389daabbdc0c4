import { Injectable } from '@nestjs/common';
import type { Queries } from '../../database/index.js';
import { Settings } from '../../http/index.js';
import { newId, newSecret } from '../../kernel/ids.js';
import { isSecretOf, secretHash } from './secret-hash.js';

const USER_NAME = 'administrator';
const ACCESS_KEY_NAME = 'bootstrap';

/** Id and secret of an access key. */
export interface NewAccessKey {
  readonly id: string;
  readonly secret: string;
}

/** Sees to it that an installation has somebody who administers it. */
@Injectable()
export class FirstAdministrator {
  constructor(private readonly settings: Settings) {}

  /**
   * Makes the first administrator with an access key. A given key that is not there yet is added to the first
   * administrator; one that is there gets the given secret. Call it under the lock of the bootstrap.
   * @returns the access key when this call has generated one, else null.
   */
  async make(queries: Queries): Promise<NewAccessKey | null> {
    const { bootstrapAccessKeyId: id, bootstrapAccessKeySecret: secret } = this.settings;
    if (id !== undefined && secret !== undefined) {
      await provide(queries, { id, secret });
      return null;
    }
    if (await queries.user.findFirst({ select: { id: true } })) return null;
    const accessKey = { id: newId(), secret: newSecret() };
    await provide(queries, accessKey);
    return accessKey;
  }
}

async function provide(queries: Queries, { id, secret }: NewAccessKey): Promise<void> {
  const known = await queries.userAccessKey.findUnique({ where: { id } });
  if (!known) {
    const data = {
      id,
      userId: await firstAdministratorId(queries),
      name: ACCESS_KEY_NAME,
      secretHash: secretHash(secret),
    };
    await queries.userAccessKey.create({ data });
  } else if (!isSecretOf(secret, known.secretHash)) {
    await queries.userAccessKey.update({ where: { id }, data: { secretHash: secretHash(secret) } });
    // Who had the old secret shall have nothing any more.
    await queries.accessToken.deleteMany({ where: { accessKeyId: id } });
  }
}

async function firstAdministratorId(queries: Queries): Promise<string> {
  const where = { isAdministrator: true, disabled: false };
  const known = await queries.user.findFirst({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] });
  if (known) return known.id;
  const data = { id: newId(), name: USER_NAME, isAdministrator: true };
  return (await queries.user.create({ data })).id;
}
