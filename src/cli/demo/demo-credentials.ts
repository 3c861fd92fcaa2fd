import { createSecretKey, randomBytes } from 'node:crypto';
import { signHs256 } from '../../relay/compact-jws';
import type { AdminClient } from '../admin-client';
import { upsert } from './upsert';

const CLIENT_NAME = 'Gatewarden demo';
const SPENT_CLIENT_NAME = 'Gatewarden demo, a call a day';
const APP = 'gatewarden-demo';
const ISSUER = 'gatewarden-demo';
const EMAIL = 'grace@example.com';
const MONTH_SECONDS = 30 * 86_400;

/** What the calls of the demo show; all of it is made anew with each start, for secrets are told only once. */
export interface DemoCredentials {
  readonly clientId: string;
  readonly apiKey: string;
  readonly hmacSecret: string;
  readonly protectKey: string;
  /** Of the user ada, who is an editor. */
  readonly token: string;
  readonly expiredToken: string;
  /** Of a person who may log in, an editor too. */
  readonly email: string;
  readonly password: string;
  /** The key of a client with one call a day. */
  readonly dailyKey: string;
  readonly dailyClientId: string;
}

interface MadeClient {
  readonly client_id: string;
  readonly api_key: string;
  readonly shared_secret: string;
}

/** Brings the clients, the app and the issuer of the demo to their known state. */
export async function renewCredentials(admin: AdminClient): Promise<DemoCredentials> {
  const generate = { generate: true };
  const client = await renewClient(admin, CLIENT_NAME, { api_key: generate, shared_secret: generate });
  const daily = await renewClient(admin, SPENT_CLIENT_NAME, { api_key: generate });
  await admin.send('PUT', `rate-limits/${daily.client_id}`, { requests_per_day: 1 });
  return {
    clientId: client.client_id,
    apiKey: client.api_key,
    hmacSecret: client.shared_secret,
    dailyClientId: daily.client_id,
    dailyKey: daily.api_key,
    protectKey: await renewProtectKey(admin),
    ...(await renewUser(admin)),
    ...(await renewTokens(admin)),
  };
}

async function renewClient(admin: AdminClient, client_name: string, credentials: object): Promise<MadeClient> {
  const before = await admin.send<MadeClient[]>('GET', `clients?${new URLSearchParams({ client_name })}`);
  for (const { client_id } of before) await admin.send('DELETE', `clients/${client_id}`);
  return admin.send('POST', 'clients', { client_name, ...credentials });
}

async function renewProtectKey(admin: AdminClient): Promise<string> {
  const before = await admin.send<{ protect_key_id: string }[]>('GET', `protect-keys?app=${APP}`);
  for (const { protect_key_id } of before) await admin.send('DELETE', `protect-keys/${protect_key_id}`);
  const { key } = await admin.send<{ key: string }>('POST', 'protect-keys', { app: APP, generate: true });
  return key;
}

async function renewUser(admin: AdminClient): Promise<{ email: string; password: string }> {
  const password = randomBytes(9).toString('base64url');
  const body = { email: EMAIL, password, roles: ['editor'] };
  await upsert(admin, { path: 'users', filter: { email: EMAIL }, body });
  return { email: EMAIL, password };
}

async function renewTokens(admin: AdminClient): Promise<{ token: string; expiredToken: string }> {
  const secret = randomBytes(32).toString('base64url');
  const body = { name: ISSUER, type: 'static', issuer: ISSUER, audiences: [ISSUER], algorithms: ['HS256'], secret };
  await upsert(admin, { path: 'issuers', filter: { name: ISSUER }, body });
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: ISSUER, aud: ISSUER, sub: 'ada', roles: ['editor'] };
  const key = createSecretKey(secret, 'utf8');
  return {
    token: signHs256({ ...claims, exp: now + MONTH_SECONDS }, key),
    expiredToken: signHs256({ ...claims, exp: now - MONTH_SECONDS }, key),
  };
}
