import { Secret, TOTP } from 'otpauth';

const PERIOD_SECONDS = 30;
/** 160 bits, as RFC 4226 section 4 recommends. */
const SECRET_BYTES = 20;
const SHAPE = { algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS } as const;

/** A new secret of an authenticator app, in base32. */
export function mintTotpSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What an authenticator app reads as a QR code. */
export function toOtpauthUrl(secret: string, issuer: string, label: string): string {
  return new TOTP({ ...SHAPE, secret, issuer, label }).toString();
}

/** The time-step a code belongs to: this one, the last or the next (RFC 6238 section 5.2); undefined for a wrong code. */
export function findTimeStep(secret: string, code: string, nowMs: number): number | undefined {
  const totp = new TOTP({ ...SHAPE, secret });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: 1 });
  return delta === null ? undefined : TOTP.counter({ period: PERIOD_SECONDS, timestamp: nowMs }) + delta;
}
