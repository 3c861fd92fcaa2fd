import { createSecretKey } from 'node:crypto';
import { decodeJwt, jwtVerify } from 'jose';
import { aClient, anApiKey, NOW_MS } from '../../test/support/policy';
import { AN_APP, aCaller, aToken, aUser } from '../../test/support/principals';
import { NOBODY, type Principal } from '../core/principal';
import { WITHOUT_TOKEN } from './relayed';
import { Resigning } from './resigning';

const SECRET = 'your-microservice-generated-secret-keep-this-secure!';
const NOW_S = NOW_MS / 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const newResigning = (secret = SECRET) => new Resigning(createSecretKey(secret, 'utf8'));
const tokenOf = (resigning: Resigning, principal: Principal, nowMs = NOW_MS): string =>
  resigning.relay(principal, nowMs).authorization?.replace('Bearer ', '') ?? '';
const claimsOf = (principal: Principal) => decodeJwt(tokenOf(newResigning(), principal));

describe('Resigning', () => {
  it('makes a token that the secret of the service verifies, and no other', async () => {
    const token = tokenOf(newResigning(), aUser());
    const options = { algorithms: ['HS256'], currentDate: new Date(NOW_MS) };
    const { payload, protectedHeader } = await jwtVerify(token, Buffer.from(SECRET), options);
    expect(payload).toEqual({ sub: '17', exp: NOW_S + 3600 });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    await expect(jwtVerify(token, Buffer.from(`${SECRET}.`), options)).rejects.toThrow('signature');
  });

  it.each([
    ['a numeric sub as a number', aUser({ subject: 17 }), 17],
    ['a numeric sub of zero', aUser({ subject: 0 }), 0],
    ['a sub of digits as text', aUser({ subject: '17' }), '17'],
    ['the id of a client', aCaller(), 'client-1'],
    ['the sub of the token of a client', aCaller(aClient(), aToken({ subject: 'service-account' })), 'service-account'],
    ['the id of a client whose token has no sub', aCaller(aClient(), aToken({ subject: undefined })), 'client-1'],
  ])('keeps %s', (_, principal, sub) => {
    expect(claimsOf(principal).sub).toBe(sub);
  });

  it.each([
    ['an hour', aUser(), 3600],
    ['what is left to the token of the caller', aUser({ expiresAtMs: NOW_MS + 90_900 }), 90],
    ['what is left to a token that is only good within the clock skew', aUser({ expiresAtMs: NOW_MS - 5_000 }), -5],
    [
      'what is left to the key of the caller',
      aCaller(aClient({ apiKeys: [anApiKey('k', { validUntilMs: NOW_MS + 30_000 })] })),
      30,
    ],
    ['an hour for a key that never ends', aCaller(), 3600],
    ['what is left to the token of a client', aCaller(aClient(), aToken({ expiresAtMs: NOW_MS + 10_000 })), 10],
  ])('gives a token a life of %s', (_, principal, seconds) => {
    expect(claimsOf(principal).exp).toBe(NOW_S + seconds);
  });

  it.each([
    ['nobody', NOBODY],
    ['an app', AN_APP],
    ['a token without a sub', aUser({ subject: undefined })],
    ['a token with an empty sub', aUser({ subject: '' })],
  ])('makes no token for %s, and lets no Authorization pass', (_, principal) => {
    expect(newResigning().relay(principal, NOW_MS)).toBe(WITHOUT_TOKEN);
    expect(WITHOUT_TOKEN).toMatchObject({ authorization: undefined, callerAuthorization: 'none', passesApiKey: false });
  });

  it('makes a token once for a caller, and again when half its life is over', () => {
    const resigning = newResigning();
    const user = aUser();
    const first = resigning.relay(user, NOW_MS);
    expect(resigning.relay({ ...user }, NOW_MS + HOUR_MS / 2 - 1)).toBe(first);
    const next = resigning.relay(user, NOW_MS + HOUR_MS / 2);
    expect(next).not.toBe(first);
    expect(decodeJwt(next.authorization?.slice(7) ?? '').exp).toBe(NOW_S + 5400);
  });

  it('never makes one anew that ends with the token of the caller', () => {
    const resigning = newResigning();
    const user = aUser({ expiresAtMs: NOW_MS + MINUTE_MS });
    expect(resigning.relay(user, NOW_MS + MINUTE_MS - 1)).toBe(resigning.relay(user, NOW_MS));
  });

  it('never gives one caller the token of another', () => {
    const resigning = newResigning();
    const client = aClient({ apiKeys: [anApiKey('a'), anApiKey('b', { validUntilMs: NOW_MS + 1_000 })] });
    const byOther = { ...aCaller(client), credentialId: 'credential of b' };
    expect(decodeJwt(tokenOf(resigning, aUser({ subject: 'a' }))).sub).toBe('a');
    expect(decodeJwt(tokenOf(resigning, aUser({ subject: 'b' }))).sub).toBe('b');
    expect(decodeJwt(tokenOf(resigning, aCaller(client))).exp).toBe(NOW_S + 3600);
    expect(decodeJwt(tokenOf(resigning, byOther)).exp).toBe(NOW_S + 1);
  });
});
