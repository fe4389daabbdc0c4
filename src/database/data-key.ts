import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';
import { SecretBox } from '../kernel/secret-box.js';

/** Name of the advisory lock under which the data key is opened: replicas that start at once agree on one. */
const DATA_KEY_LOCK = 7_226_553_004;
const KEY_BYTES = 32;

/** What encrypts secrets at rest and hashes API keys. It stays when the key that it is wrapped with is exchanged. */
export class DataKey {
  constructor(readonly bytes: Buffer) {}
}

/** Keys of 32 bytes that wrap the data key. */
export interface WrappingKeys {
  readonly current: Buffer;
  /** The one before, while it is being exchanged. */
  readonly previous: Buffer | undefined;
}

interface Wrap {
  readonly id: number;
  readonly fingerprint: string;
  readonly wrapped: string;
}

/**
 * Opens the data key of the installation at `url`, or makes it; see docs/decisions/0011. The schema must be there.
 * Afterwards it is wrapped with the current key; wraps that are older are gone unless a previous key is given.
 * @throws Error when neither key opens it.
 */
export async function openDataKey(url: string, keys: WrappingKeys): Promise<DataKey> {
  const client = new pg.Client({ connectionString: url, application_name: 'gatewright data key' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [DATA_KEY_LOCK]);
    const bytes = await openOrMake(client, keys);
    await client.query('COMMIT');
    return new DataKey(bytes);
  } finally {
    await client.end();
  }
}

async function openOrMake(client: pg.Client, { current, previous }: WrappingKeys): Promise<Buffer> {
  const { rows } = await client.query<Wrap>('SELECT id, fingerprint, wrapped FROM data_key_wrap ORDER BY id');
  if (rows.length === 0) return make(client, current);
  const known = rows.find(({ fingerprint }) => fingerprint === fingerprintOf(current));
  const older = previous && rows.find(({ fingerprint }) => fingerprint === fingerprintOf(previous));
  const wrap = known ?? older;
  if (!wrap) throw new Error(previous ? WRONG_KEYS : WRONG_KEY);
  const bytes = Buffer.from(new SecretBox(known ? current : (previous ?? current)).open(wrap.wrapped), 'base64');
  if (!known) await save(client, current, bytes);
  else if (!previous) await client.query('DELETE FROM data_key_wrap WHERE id < $1', [known.id]);
  return bytes;
}

const WRONG_KEY =
  'ENCRYPTION_KEY is not the one that the secrets in the database were encrypted with; ' +
  'to exchange it, set PREVIOUS_ENCRYPTION_KEY to the one before';
const WRONG_KEYS = 'neither ENCRYPTION_KEY nor PREVIOUS_ENCRYPTION_KEY opens the secrets in the database';

/** What an older version has encrypted, it has with ENCRYPTION_KEY itself: that is the data key then. */
async function make(client: pg.Client, current: Buffer): Promise<Buffer> {
  const { rows } = await client.query<{ isOlder: boolean }>('SELECT EXISTS (SELECT 1 FROM project) AS "isOlder"');
  const bytes = rows[0]?.isOlder ? current : randomBytes(KEY_BYTES);
  await save(client, current, bytes);
  return bytes;
}

async function save(client: pg.Client, key: Buffer, bytes: Buffer): Promise<void> {
  await client.query('INSERT INTO data_key_wrap (fingerprint, wrapped) VALUES ($1, $2)', [
    fingerprintOf(key),
    new SecretBox(key).seal(bytes.toString('base64')),
  ]);
}

/** Tells keys apart and says nothing of them: they are random and long. */
function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update('gatewright wrapping key').update(key).digest('hex').slice(0, 16);
}
