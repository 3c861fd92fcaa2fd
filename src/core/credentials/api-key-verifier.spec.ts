import { aClient, anApiKey, aSnapshot, KEY, NOW_MS, PEPPER } from '../../../test/support/policy';
import type { PolicyApiKey } from '../policy-client';
import { mintApiKey } from './api-key';
import { ApiKeyDigests } from './api-key-digests';
import { verifyApiKey } from './api-key-verifier';

const client = aClient();

function verify(key: string, apiKeys: readonly PolicyApiKey[], nowMs = NOW_MS) {
  return verifyApiKey(key, aSnapshot({ clients: [{ ...client, apiKeys }] }), new ApiKeyDigests(PEPPER), nowMs);
}

describe('verifyApiKey', () => {
  it('proves the client that the key belongs to', () => {
    expect(verify(KEY, [anApiKey()])).toEqual({
      kind: 'client',
      client: { ...client, apiKeys: [anApiKey()] },
      method: 'api_key',
      credentialId: `credential of ${KEY}`,
    });
  });

  it('tells which of several live keys was used', () => {
    const keys = ['old', 'new'].map((key) => anApiKey(key));
    expect(verify('old', keys)).toMatchObject({ credentialId: 'credential of old' });
    expect(verify('new', keys)).toMatchObject({ credentialId: 'credential of new' });
  });

  it.each([
    ['the millisecond before it ends', NOW_MS + 1, undefined],
    ['the millisecond it ends', NOW_MS, 'api_key_expired'],
    ['afterwards', NOW_MS - 1, 'api_key_expired'],
    ['when it never ends', Number.POSITIVE_INFINITY, undefined],
    ['whose end is no time', Number.NaN, 'api_key_expired'],
  ])('judges a key %s', (_, validUntilMs, rejected) => {
    const verification = verify(KEY, [anApiKey(KEY, { validUntilMs })]);
    expect('rejected' in verification ? verification.rejected : undefined).toBe(rejected);
  });

  it('refuses every key while the clock has no time', () => {
    expect(verify(KEY, [anApiKey()], Number.NaN)).toEqual({ rejected: 'api_key_expired' });
  });

  it('refuses a revoked key, also one that has not expired or has too', () => {
    expect(verify(KEY, [anApiKey(KEY, { isRevoked: true })])).toEqual({ rejected: 'api_key_revoked' });
    expect(verify(KEY, [anApiKey(KEY, { isRevoked: true, validUntilMs: 0 })])).toEqual({ rejected: 'api_key_revoked' });
  });

  it.each([
    ['unknown', 'someone-else', 'api_key_unknown'],
    ['unknown, though minted', mintApiKey(), 'api_key_unknown'],
    ['empty', '', 'api_key_malformed'],
    ['of another case', KEY.toUpperCase(), 'api_key_unknown'],
    ['followed by a space', `${KEY} `, 'api_key_unknown'],
    ['its own digest', anApiKey().digest, 'api_key_unknown'],
  ])('refuses a key that is %s', (_, key, rejected) => {
    expect(verify(key, [anApiKey()])).toEqual({ rejected });
  });

  it('refuses a mistyped minted key before it is looked up, though it be stored', () => {
    const mistyped = `${mintApiKey().slice(0, -1)}-`;
    expect(verify(mistyped, [anApiKey(mistyped)])).toEqual({ rejected: 'api_key_malformed' });
  });

  it('knows no key under another pepper', () => {
    const snapshot = aSnapshot({ clients: [client] });
    expect(verifyApiKey(KEY, snapshot, new ApiKeyDigests(Buffer.alloc(32)), NOW_MS)).toEqual({
      rejected: 'api_key_unknown',
    });
  });

  it('remembers the digest of a key in use, and nothing of what the key may do', () => {
    const digests = new ApiKeyDigests(PEPPER);
    const verdict = (apiKeys: readonly PolicyApiKey[]) =>
      verifyApiKey(KEY, aSnapshot({ clients: [{ ...client, apiKeys }] }), digests, NOW_MS);
    expect(verdict([anApiKey()])).toHaveProperty('credentialId');
    expect(digests.find(KEY)).toBe(anApiKey().digest);
    expect(verdict([{ ...anApiKey(), isRevoked: true }])).toEqual({ rejected: 'api_key_revoked' });
    expect(verdict([])).toEqual({ rejected: 'api_key_unknown' });
  });

  it('remembers no key that belongs to nobody', () => {
    const digests = new ApiKeyDigests(PEPPER);
    const stranger = mintApiKey();
    verifyApiKey(stranger, aSnapshot({ clients: [client] }), digests, NOW_MS);
    expect(digests.find(stranger)).toBeUndefined();
  });
});
