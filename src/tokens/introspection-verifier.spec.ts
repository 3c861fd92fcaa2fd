import { Logger } from '@nestjs/common';
import { NOW_MS } from '../../test/support/policy';
import { anIssuer, NOW } from '../../test/support/tokens';
import { isPending } from '../core/awaitable';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import type { PolicyIssuer } from '../core/policy-issuer';
import { IntrospectionVerifier } from './introspection-verifier';
import { digestToken, presentToken } from './presented-token';

beforeAll(() => Logger.overrideLogger(false));

const ENDPOINT = { url: 'http://as/introspect', clientId: 'gateway', clientSecret: 's', cacheSeconds: 30 };
const INACTIVE = { rejected: 'token_inactive' };
const UNAVAILABLE = { rejected: 'issuer_unavailable', code: 'dependency_unavailable' };

/** An authorization server with one answer, asked by a verifier whose clock the test moves. */
function ask(answer: JsonObject | Error, cacheSeconds = 30, change: Partial<PolicyIssuer> = {}) {
  const server = { answer, calls: [] as string[], nowMs: NOW_MS };
  const issuer = anIssuer({ type: 'introspection', secret: undefined, ...change });
  const verifier = new IntrospectionVerifier(
    issuer,
    { ...ENDPOINT, cacheSeconds },
    async (_, token) => {
      server.calls.push(token);
      const { answer } = server;
      await new Promise((resolve) => setImmediate(resolve));
      if (answer instanceof Error) throw answer;
      return answer;
    },
    () => server.nowMs,
  );
  const verify = (token = 'opaque') => verifier.verify(presentToken(token, digestToken(token)), server.nowMs);
  return { server, verify };
}

const ACTIVE = { active: true, sub: 'u', scope: 'read', exp: NOW + 600 };

describe('a token that its issuer is asked about', () => {
  it('is what the answer says', async () => {
    const { verify } = ask({ ...ACTIVE, jti: 'j' });
    expect(await verify()).toMatchObject({
      token: { subject: 'u', scopes: ['read'], jti: 'j', issuerName: 'corp', expiresAtMs: (NOW + 600) * 1000 },
      validUntilMs: NOW_MS + 30_000,
      revocationIds: [expect.any(String)],
    });
  });

  it('is asked about once at a time, and not again while the answer is kept', async () => {
    const { server, verify } = ask(ACTIVE);
    await Promise.all(Array.from({ length: 50 }, () => verify()));
    expect(server.calls).toEqual(['opaque']);
    server.nowMs += 29_999;
    expect(isPending(verify())).toBe(false);
    server.nowMs += 1;
    await Promise.all([verify(), verify()]);
    expect(server.calls).toHaveLength(2);
    await verify('another');
    expect(server.calls).toHaveLength(3);
  });

  it('is asked about every time where nothing is kept, but still once at a time', async () => {
    const { server, verify } = ask(ACTIVE, 0);
    await Promise.all(Array.from({ length: 50 }, () => verify()));
    expect(server.calls).toHaveLength(1);
    await verify();
    expect(server.calls).toHaveLength(2);
    server.answer = { active: false };
    expect(await verify()).toEqual(INACTIVE);
    expect(await verify()).toEqual(INACTIVE);
    expect(server.calls).toHaveLength(4);
  });

  it('is not kept past its end', async () => {
    const { server, verify } = ask({ ...ACTIVE, exp: NOW + 10 });
    expect(await verify()).toMatchObject({ validUntilMs: NOW_MS + 10_000 });
    server.nowMs += 10_000;
    expect(isPending(verify())).toBe(true);
  });

  it('is refused for five seconds at most without asking again', async () => {
    const { server, verify } = ask({ active: false });
    expect(await verify()).toEqual(INACTIVE);
    server.nowMs += 4_999;
    expect(await verify()).toEqual(INACTIVE);
    expect(server.calls).toHaveLength(1);
    server.nowMs += 1;
    server.answer = ACTIVE;
    expect(await verify()).toMatchObject({ token: { subject: 'u' } });
  });

  it.each([
    { active: 'true' },
    { active: 1 },
    { active: [true] },
    { active: null },
    {},
    { sub: 'u', exp: NOW + 600 },
    { error: 'x' },
  ])('is refused when the answer is %j', async (answer) => {
    expect(await ask(answer).verify()).toEqual(INACTIVE);
  });

  it.each([
    [{ exp: NOW - 31 }, 'token_expired'],
    [{ nbf: NOW + 31 }, 'token_not_yet_valid'],
    [{ iss: 'https://other.example' }, 'token_issuer_not_accepted'],
    [{ aud: ['web'] }, 'token_audience_not_accepted'],
    [{ exp: 'soon' }, 'token_claim_malformed'],
    [{ sub: {} }, 'token_claim_malformed'],
  ])('is refused when the answer has %j', async (change, rejected) => {
    expect(await ask({ ...ACTIVE, ...change }).verify()).toEqual({ rejected });
  });

  it('has a short life where the answer names no end', async () => {
    const { exp: _, ...endless } = ACTIVE;
    expect(await ask(endless).verify()).toMatchObject({
      token: { expiresAtMs: NOW_MS + 60_000 },
      validUntilMs: NOW_MS + 30_000,
    });
    expect(await ask(endless, 0).verify()).toMatchObject({ token: { expiresAtMs: NOW_MS + 60_000 } });
  });

  it('is no verdict while its issuer is down, but what was said before counts to its end', async () => {
    const { server, verify } = ask(ACTIVE);
    await verify('known');
    server.answer = new Error('connect ECONNREFUSED');
    expect(await verify('new')).toEqual(UNAVAILABLE);
    expect(await verify('known')).toMatchObject({ token: { subject: 'u' } });
    server.nowMs += 30_000;
    expect(await verify('known')).toEqual(UNAVAILABLE);
    server.answer = ACTIVE;
    expect(await verify('known')).toMatchObject({ token: { subject: 'u' } });
    expect(await verify('new')).toMatchObject({ token: { subject: 'u' } });
  });
});
