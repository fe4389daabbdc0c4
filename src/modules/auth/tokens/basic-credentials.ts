/** Id and secret of an access key, as HTTP Basic carries them. */
export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

const BASIC = /^Basic +([A-Za-z0-9+/]{1,400}={0,2})$/i;
const ALLOWED = /^[A-Za-z0-9_-]{1,128}$/;

/** The credentials of an `Authorization` header; null when it holds none that an access key could have. */
export function readBasicCredentials(header: string | undefined): Credentials | null {
  const encoded = BASIC.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [id = '', secret = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return rest.length === 0 && ALLOWED.test(id) && ALLOWED.test(secret) ? { id, secret } : null;
}
