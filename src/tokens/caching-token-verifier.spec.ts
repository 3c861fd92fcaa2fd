import { NOW_MS } from '../../test/support/policy';
import { JWKS_URL, PUBLISHED, TokenBench } from '../../test/support/token-verifier';
import { anIssuer, CLAIMS, KEYS, NOW, signHs256, signJws } from '../../test/support/tokens';
import { isPending } from '../core/awaitable';
import { toRevocationId } from '../core/credentials/jwt/revocation-id';
import { PolicySnapshot } from '../core/policy-snapshot';

const UNAVAILABLE = { rejected: 'issuer_unavailable', code: 'dependency_unavailable' };

describe('a token', () => {
  it('is verified at once where the key is at hand, and then remembered as one object', () => {
    const bench = new TokenBench(anIssuer());
    const first = bench.verify(signHs256());
    expect(first).toMatchObject({ subject: 'user-1', issuerName: 'corp', expiresAtMs: (NOW + 3600) * 1000 });
    expect(bench.verify(signHs256())).toBe(first);
    expect(bench.counts.verifications).toEqual({ cached: 1, verified: 1, rejected: 0, unavailable: 0 });
    expect(bench.verifier.size).toBe(1);
  });

  it.each([
    ['RS256', 'rsa', KEYS.rsa],
    ['PS256', 'rsa', KEYS.rsa],
    ['ES256', 'ec', KEYS.p256],
    ['EdDSA', 'ed', KEYS.ed25519],
  ] as const)('is verified by a published key for %s, which is fetched once', async (alg, kid, { privateKey }) => {
    const bench = new TokenBench(PUBLISHED);
    const token = signJws({ alg, kid }, CLAIMS, privateKey);
    const both = await Promise.all([bench.verify(token), bench.verify(token)]);
    expect(both).toEqual([expect.objectContaining({ subject: 'user-1' }), expect.anything()]);
    expect(isPending(bench.verify(signJws({ alg, kid }, { ...CLAIMS, sub: 'b' }, privateKey)))).toBe(false);
    expect(bench.calls).toEqual([JWKS_URL]);
  });

  it('ends at its end and the clock skew behind it, remembered or not', () => {
    const bench = new TokenBench(anIssuer({ clockSkewSeconds: 30 }));
    const token = signHs256({ ...CLAIMS, exp: NOW + 10 });
    expect(bench.verify(token)).toMatchObject({ subject: 'user-1' });
    expect(bench.verify(token, undefined, NOW_MS + 39_999)).toMatchObject({ subject: 'user-1' });
    expect(bench.verify(token, undefined, NOW_MS + 40_000)).toEqual({ rejected: 'token_expired' });
    expect(bench.verify(token, undefined, Number.NaN)).toEqual({ rejected: 'token_expired' });
  });

  it('counts for demands that take its issuer only, remembered or not', () => {
    const bench = new TokenBench(anIssuer());
    expect(bench.verify(signHs256(), ['other'])).toEqual({ rejected: 'token_issuer_unknown' });
    expect(bench.verify(signHs256(), ['other', 'corp'])).toMatchObject({ subject: 'user-1' });
    expect(bench.verify(signHs256(), ['other'])).toEqual({ rejected: 'token_issuer_unknown' });
    expect(bench.verify(signHs256(), [])).toEqual({ rejected: 'token_issuer_unknown' });
  });

  it('is verified anew when its issuer changes, by the keys it has then', () => {
    const bench = new TokenBench(anIssuer());
    void bench.verify(signHs256());
    bench.change({ issuers: [anIssuer({ revision: 2, claims: { ...anIssuer().claims, roles: 'sub' } })] });
    expect(bench.verify(signHs256())).toMatchObject({ roles: ['user-1'] });
    bench.change({ issuers: [anIssuer({ revision: 3, secret: 'another' })] });
    expect(bench.verify(signHs256())).toEqual({ rejected: 'token_signature_invalid' });
    bench.change({ issuers: [anIssuer({ revision: 4, enabled: false })] });
    expect(bench.verify(signHs256())).toEqual({ rejected: 'token_issuer_unknown' });
    bench.change({ issuers: [anIssuer({ revision: 5 })] });
    expect(bench.verify(signHs256())).toMatchObject({ subject: 'user-1' });
    bench.change({ removedIssuerIds: ['issuer-1'] });
    expect(bench.verify(signHs256())).toEqual({ rejected: 'token_issuer_unknown' });
    expect(bench.counts.verifications.cached).toBe(0);
  });

  it('does not cost a fetch when something else of its issuer changes', async () => {
    const bench = new TokenBench(PUBLISHED);
    const token = signJws({ alg: 'RS256', kid: 'rsa' }, CLAIMS, KEYS.rsa.privateKey);
    await bench.verify(token);
    bench.change({ issuers: [{ ...PUBLISHED, revision: 2, clockSkewSeconds: 0 }] });
    expect(isPending(bench.verify(token))).toBe(false);
    bench.change({ removedIssuerIds: ['issuer-1'] });
    void bench.verify(token);
    bench.change({ issuers: [{ ...PUBLISHED, revision: 3 }] });
    await bench.verify(token);
    expect(bench.calls).toEqual([JWKS_URL, JWKS_URL]);
  });

  it('is refused as soon as it is revoked, remembered or not, and no other with it', () => {
    const other = anIssuer({ issuerId: 'issuer-2', name: 'other', issuer: 'https://other.example' });
    const bench = new TokenBench(anIssuer(), other);
    const token = signHs256({ ...CLAIMS, jti: 'j' });
    const same = signHs256({ ...CLAIMS, jti: 'j', iss: 'https://other.example' });
    expect(bench.verify(token)).toMatchObject({ jti: 'j' });
    const revokedTokenId = toRevocationId('issuer-1', 'j');
    bench.change({ revokedTokens: [{ revokedTokenId, expiresAtMs: Number.POSITIVE_INFINITY }] });
    expect(bench.verify(token)).toEqual({ rejected: 'token_revoked' });
    expect(bench.verify(signHs256({ ...CLAIMS, jti: 'j', sub: 'again' }))).toEqual({ rejected: 'token_revoked' });
    expect(bench.verify(signHs256({ ...CLAIMS, jti: 'k' }))).toMatchObject({ jti: 'k' });
    expect(bench.verify(same)).toMatchObject({ jti: 'j', issuerName: 'other' });
    bench.change({ removedRevokedTokenIds: [revokedTokenId] });
    expect(bench.verify(token)).toMatchObject({ jti: 'j' });
  });

  it('that needs keys which cannot be had is no verdict, and touches no other issuer', async () => {
    const bench = new TokenBench(PUBLISHED, anIssuer({ issuerId: 'b', name: 'b', issuer: 'https://b.example' }));
    bench.documents.clear();
    const token = signJws({ alg: 'RS256', kid: 'rsa' }, CLAIMS, KEYS.rsa.privateKey);
    expect(await bench.verify(token)).toEqual(UNAVAILABLE);
    expect(bench.verify(signHs256({ ...CLAIMS, iss: 'https://b.example' }))).toMatchObject({ issuerName: 'b' });
    expect(bench.counts.verifications.unavailable).toBe(1);
    expect(bench.counts.fetches.jwks).toEqual({ ok: 0, failed: 1 });
  });

  it('that is refused for what it says costs no fetch', () => {
    const bench = new TokenBench(PUBLISHED);
    const key = KEYS.rsa.privateKey;
    for (const change of [{ exp: NOW - 60 }, { exp: undefined }, { aud: 'web' }, { nbf: NOW + 60 }]) {
      expect(bench.verify(signJws({ alg: 'RS256', kid: 'rsa' }, { ...CLAIMS, ...change }, key))).toHaveProperty(
        'rejected',
      );
    }
    expect(bench.verify(signJws({ alg: 'RS512', kid: 'rsa' }, CLAIMS, key))).toHaveProperty('rejected');
    expect(bench.calls).toEqual([]);
  });

  it('of several issuers with its iss is accepted by the one it is meant for', () => {
    const web = anIssuer({ issuerId: 'w', name: 'web', audiences: ['web'], secret: 'of the web' });
    const bench = new TokenBench(anIssuer({ name: 'api' }), web);
    expect(bench.verify(signHs256({ ...CLAIMS, aud: 'web' }, {}, 'of the web'))).toMatchObject({ issuerName: 'web' });
    expect(bench.verify(signHs256())).toMatchObject({ issuerName: 'api' });
    expect(bench.verify(signHs256(CLAIMS, {}, 'of the web'))).toHaveProperty('rejected');
  });

  it('is no verdict when the issuer that might take it is silent, though another refuses it', async () => {
    const bench = new TokenBench(
      { ...PUBLISHED, name: 'a' },
      anIssuer({ issuerId: 's', name: 'b', algorithms: ['RS256'] }),
    );
    bench.documents.clear();
    expect(await bench.verify(signJws({ alg: 'RS256', kid: 'rsa' }, CLAIMS, KEYS.rsa.privateKey))).toEqual(UNAVAILABLE);
  });

  it('that is opaque is asked about', async () => {
    const introspection = { url: 'http://as', clientId: 'a', clientSecret: 's', cacheSeconds: 0 };
    const opaque = anIssuer({ type: 'introspection', secret: undefined, introspection });
    const bench = new TokenBench(opaque);
    bench.answers.set('good', { active: true, sub: 'u' });
    bench.answers.set('bad', { active: false });
    expect(await bench.verify('good')).toMatchObject({ subject: 'u' });
    expect(await bench.verify('bad')).toEqual({ rejected: 'token_inactive' });
    expect(await bench.verify('nobody')).toEqual(UNAVAILABLE);
    expect(bench.calls).toEqual(['good', 'bad', 'nobody']);
  });

  it('of an issuer without keys is refused', () => {
    const bench = new TokenBench(anIssuer({ type: 'own', secret: undefined }));
    expect(bench.verify(signHs256())).toEqual({ rejected: 'issuer_without_keys' });
  });
});

describe('a policy without issuers', () => {
  it('takes no token', () => {
    const bench = new TokenBench();
    const question = { issuers: undefined, snapshot: PolicySnapshot.empty, nowMs: NOW_MS };
    expect(bench.verifier.verify({ token: signHs256(), ...question })).toEqual({ rejected: 'token_issuer_unknown' });
    expect(bench.verifier.verify({ token: 'opaque', ...question })).toEqual({ rejected: 'token_malformed' });
    expect(bench.verifier.verify({ token: '', ...question })).toEqual({ rejected: 'token_malformed' });
    const huge = 'x'.repeat(16_385);
    expect(bench.verifier.verify({ token: huge, ...question })).toEqual({ rejected: 'token_too_large' });
  });
});
