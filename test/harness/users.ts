import { createHash } from 'node:crypto';
import { newId, newSecret } from '../../src/kernel/ids.js';
import { administratorKey } from './administrator-key.js';
import { Api, type Json } from './api.js';
import { noteSecrets } from './logged-secrets.js';
import { fetchDeclared } from './declared-errors.js';
import type { Stack } from './stack.js';

/** A user of v2.0 with an access key and a token that is good for an hour. */
export interface TestUser {
  readonly userId: string;
  readonly accessKey: AccessKey;
  readonly token: string;
}

export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

export type Role = 'ADMIN' | 'MEMBER' | 'VIEWER';

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Makes a user past the control plane. */
export async function newUser(stack: Stack, { isAdministrator = false } = {}): Promise<TestUser> {
  const user = { userId: newId(), accessKey: { id: newId(), secret: newSecret() } };
  noteSecrets([user.accessKey.secret]);
  await stack.query(
    `WITH u AS (INSERT INTO user_account (id, name, is_administrator) VALUES ($1, 'test', $2))
     INSERT INTO user_access_key (id, user_id, name, secret_hash) VALUES ($3, $1, 'test', $4)`,
    [user.userId, isAdministrator, user.accessKey.id, hashOf(user.accessKey.secret)],
  );
  return { ...user, token: await newToken(stack, user) };
}

/** Makes a token of a user past the control plane; `projectId` limits it to one project. */
export async function newToken(
  stack: Stack,
  { userId, accessKey }: Pick<TestUser, 'userId' | 'accessKey'>,
  { lifetimeSeconds = 3600, projectId = null as string | null } = {},
): Promise<string> {
  const token = newSecret();
  noteSecrets([token]);
  await stack.query(
    `INSERT INTO access_token (hash, user_id, access_key_id, project_id, expires_at)
     VALUES ($1, $2, $3, $4, now() + $5 * interval '1 second')`,
    [hashOf(token), userId, accessKey.id, projectId, lifetimeSeconds],
  );
  return token;
}

/** Makes a user a member of the project of an Api, past the control plane. */
export async function joinProject(stack: Stack, api: Api, { userId }: TestUser, role: Role): Promise<void> {
  await stack.query(
    `INSERT INTO project_member (project_id, user_id, role) SELECT project_id, $1, $2 FROM app_key WHERE value = $3`,
    [userId, role, api.appKey],
  );
}

/** The id of the project of an Api. */
export async function projectIdOf(stack: Stack, { appKey }: Api): Promise<string> {
  const [row] = await stack.query<{ id: string }>('SELECT project_id AS id FROM app_key WHERE value = $1', [appKey]);
  if (!row) throw new Error('The project is gone');
  return row.id;
}

/** The first administrator of a stack, who has no project. */
export async function asAdministrator(stack: Stack): Promise<Api> {
  const { body } = await callToken(stack, 'create', administratorKey, { grant_type: 'client_credentials' });
  return new Api(stack.address.controlUrl, 'none', 0, body.access_token);
}

/** A new token for the gateways of a region, with its value. */
export async function newGatewayToken(admin: Api, regionCode = 'KR1'): Promise<{ id: string; value: string }> {
  const body = { gatewayTokenName: 'test', regionCode };
  const { gatewayToken } = await admin.okPath('POST', '/v2.0/gateway-tokens', body);
  return { id: gatewayToken.gatewayTokenId, value: gatewayToken.gatewayTokenValue };
}

/** An answer of a token endpoint. */
export interface TokenEndpointAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** Calls a token endpoint with an access key and a form. */
export async function callToken(
  { address }: Stack,
  endpoint: 'create' | 'check' | 'revoke',
  accessKey: AccessKey | null,
  form: Record<string, string> | string,
): Promise<TokenEndpointAnswer> {
  const path = `/oauth2/token/${endpoint}`;
  const basic = accessKey && Buffer.from(`${accessKey.id}:${accessKey.secret}`).toString('base64');
  return fetchDeclared(address.controlUrl, path, {
    method: 'POST',
    headers: basic ? { authorization: `Basic ${basic}` } : {},
    body: new URLSearchParams(form),
  });
}
