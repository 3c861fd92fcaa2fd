import type { SigningKeyView } from '../signing-keys/signing-key.view';
import { connectAdmin } from './connect-admin';
import { isConfirmed } from './is-confirmed';
import { toTable } from './to-table';

export interface RotationOptions {
  readonly algorithm?: string;
  readonly activationDelay?: number;
  readonly overlap?: number;
  readonly json?: boolean;
}

const HEADINGS = ['kid', 'algorithm', 'signs from', 'verifies until'];

/** `gatewarden key list`: the gateway's own signing keys. */
export async function listKeys({ json }: { json?: boolean }): Promise<void> {
  const keys = await call<SigningKeyView[]>('GET', 'signing-keys?limit=1000');
  print(json, keys, toTable([HEADINGS, ...keys.map(toRow)]));
}

/** `gatewarden key rotate`: makes a new signing key and tells when it takes over. */
export async function rotateKey({ algorithm, activationDelay, overlap, json }: RotationOptions): Promise<void> {
  const body = { algorithm, activation_delay_seconds: activationDelay, overlap_seconds: overlap };
  const key = await call<SigningKeyView>('POST', 'signing-keys/rotate', body);
  print(
    json,
    key,
    `The key ${key.kid} (${key.algorithm}) is published now and signs from ${toTime(key.activates_at)}.`,
  );
}

/** `gatewarden key delete KID`: ends a signing key at once, after asking unless told not to. */
export async function deleteKey(kid: string, { yes = false }: { yes?: boolean }): Promise<void> {
  if (!yes && !(await isConfirmed(`Delete the key ${kid}, so that nothing it signed counts any more?`))) return;
  await call('DELETE', `signing-keys/${encodeURIComponent(kid)}`);
  process.stdout.write(`The key ${kid} is deleted.\n`);
}

async function call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  const admin = connectAdmin(process.env);
  try {
    return await admin.send<T>(method, path, body);
  } finally {
    await admin.close();
  }
}

function toRow({ kid, algorithm, activates_at, retires_at }: SigningKeyView): string[] {
  return [kid, algorithm, toTime(activates_at), retires_at === null ? 'it is followed' : toTime(retires_at)];
}

function toTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

function print(json: boolean | undefined, value: unknown, text: string): void {
  process.stdout.write(`${json ? JSON.stringify(value, undefined, 2) : text}\n`);
}
