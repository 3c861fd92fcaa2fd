import { createHmac, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** More than a core can serve, so that no load runs out of signatures. */
const PER_SECOND = 20_000;
const BODY = 'x'.repeat(1024);

/** Signs enough requests for a load of these seconds, each with a nonce of its own; the arguments wrk sends them with. */
export function signedLoad({ clientId, secret, target, directory }, seconds) {
  const timestamp = Math.floor(Date.now() / 1000);
  const lines = Array.from({ length: seconds * PER_SECOND }, () => {
    const nonce = randomUUID();
    const message = `POST\n${target}\n${timestamp}\n${nonce}\n${BODY}`;
    const signature = createHmac('sha256', secret).update(message).digest('hex');
    return `HMAC client_id="${clientId}",timestamp="${timestamp}",nonce="${nonce}",signature="${signature}"`;
  });
  const file = join(directory, 'signatures.txt');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return { script: join(import.meta.dirname, 'signed.lua'), args: [file] };
}

/** A token of the bench's own issuer, good for an hour. */
export function signToken(secret, { issuer, audience }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ iss: issuer, aud: audience, sub: 17, exp })}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
