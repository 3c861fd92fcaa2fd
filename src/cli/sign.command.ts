import { randomUUID } from 'node:crypto';
import { HmacKey } from '../core/credentials/hmac-key';
import { hmacHead } from '../core/credentials/hmac-verifier';
import { protectMessage } from '../core/credentials/protect-verifier';
import type { CallTarget } from './sign/call-target';
import { type SignedCall, toCurlLine } from './sign/signed-call';

const EMPTY = Buffer.alloc(0);

/** A request to sign, and with what. */
export interface SignRequest {
  readonly method: string;
  readonly target: CallTarget;
  readonly body: string;
  readonly secret: string;
}

/** `gatewarden sign hmac`: a call with an HMAC credential, good once and for five minutes. */
export function signHmac(client: string, request: SignRequest): SignedCall {
  const [timestamp, nonce] = [nowSeconds(), randomUUID()];
  const head = hmacHead(request.method, request.target.target, timestamp, nonce);
  const signature = sign(request.secret, head, Buffer.from(request.body));
  const parameters = `client_id="${client}",timestamp="${timestamp}",nonce="${nonce}",signature="${signature}"`;
  return toCall(request, { Authorization: `HMAC ${parameters}` });
}

/** `gatewarden sign protect`: a call with the signature of an app, of the date alone or, as version 2, of the whole. */
export function signProtect(isV2: boolean, request: SignRequest): SignedCall {
  const date = nowSeconds();
  if (!isV2) return toCall(request, { 'X-Authenticity': sign(request.secret, date, EMPTY), 'X-Date': date });
  const { method, target, body } = request;
  const nonce = randomUUID();
  const message = protectMessage({ method, target: target.target, date, nonce, body: Buffer.from(body) });
  const authenticity = sign(request.secret, message, EMPTY);
  return toCall(request, { 'X-Authenticity': authenticity, 'X-Date': date, 'X-Nonce': nonce });
}

/** Prints a call: as a line for a shell, or as JSON for programs. */
export function printCall(call: SignedCall, isJson: boolean): void {
  const curl = toCurlLine(call);
  process.stdout.write(`${isJson ? JSON.stringify({ ...call, curl }, undefined, 2) : curl}\n`);
}

function toCall({ method, target, body }: SignRequest, headers: Record<string, string>): SignedCall {
  return { method, url: target.url, headers, body };
}

function sign(secret: string, head: string, body: Buffer): string {
  return new HmacKey(secret).sign(head, body).toString('hex');
}

function nowSeconds(): string {
  return String(Math.floor(Date.now() / 1000));
}
