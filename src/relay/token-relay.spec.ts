import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { aClient, aService, NOW_MS } from '../../test/support/policy';
import { AN_APP, aCaller, anAllowance, aToken, aUser } from '../../test/support/principals';
import type { PolicySigningKey } from '../core/policy-signing-key';
import { NOBODY } from '../core/principal';
import { KEY_STRIPPED, PASSED, STRIPPED, TOKEN_PASSED } from './relayed';
import type { SigningKeyRing } from './signing-key-ring';
import { TokenRelay } from './token-relay';

const KEY = {
  kid: 'key-1',
  algorithm: 'EdDSA',
  privateKey: generateKeyPairSync('ed25519').privateKey,
} as PolicySigningKey;

const relayWith = (signingKey: () => PolicySigningKey = () => KEY) =>
  new TokenRelay({ signingKey } as unknown as SigningKeyRing);
const secretOf = (text: string) => createSecretKey(text, 'utf8');

describe('TokenRelay', () => {
  it.each([
    ['nobody', NOBODY, PASSED],
    ['an app', AN_APP, PASSED],
    ['a user', aUser(), TOKEN_PASSED],
    ['a client with a token', aCaller(aClient(), aToken()), TOKEN_PASSED],
    ['a client with a key', aCaller(), KEY_STRIPPED],
    ['a client with a signature', { ...aCaller(), method: 'hmac' as const }, KEY_STRIPPED],
    ['a client with a certificate', { ...aCaller(), method: 'mtls' as const }, KEY_STRIPPED],
  ])('does what is usual for %s when the service says nothing', (_, principal, expected) => {
    expect(relayWith().relay(anAllowance(principal), aService(), NOW_MS)).toBe(expected);
  });

  it.each([NOBODY, AN_APP, aUser(), aCaller()])('passes and strips for everybody alike when told to', (principal) => {
    const relay = relayWith();
    const relayed = (tokenRelay: 'pass' | 'strip') =>
      relay.relay(anAllowance(principal), aService({ tokenRelay }), NOW_MS);
    expect(relayed('pass')).toBe(PASSED);
    expect(relayed('strip')).toBe(STRIPPED);
  });

  it('signs again by the secret of each service', () => {
    const relay = relayWith();
    const user = aUser();
    const tokenFor = (secret: string) => {
      const service = aService({ tokenRelay: 'resign', relayKey: secretOf(secret) });
      return relay.relay(anAllowance(user), service, NOW_MS)?.authorization;
    };
    expect(tokenFor('first secret')).toBe(tokenFor('first secret'));
    expect(tokenFor('first secret')).not.toBe(tokenFor('second secret'));
  });

  it('names the service in an assertion', () => {
    const service = aService({ tokenRelay: 'assertion', name: 'billing' });
    const relayed = relayWith().relay(anAllowance(aUser()), service, NOW_MS);
    const token = relayed?.authorization?.slice(7) ?? '';
    expect(decodeJwt(token).aud).toBe('billing');
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'EdDSA', kid: 'key-1', typ: 'JWT' });
  });

  describe('without what it signs with', () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    beforeEach(() => logged.mockClear());
    afterAll(() => logged.mockRestore());

    const noKey = (): never => {
      throw new Error('the gateway has no signing key');
    };

    it.each([
      ['a key of the gateway', aService({ tokenRelay: 'assertion' })],
      ['a secret of the service', aService({ tokenRelay: 'resign' })],
    ])('relays nothing when %s is missing, and says so once', (_, service) => {
      const relay = relayWith(noKey);
      for (let i = 0; i < 3; i += 1) expect(relay.relay(anAllowance(aUser()), service, NOW_MS)).toBeUndefined();
      expect(logged).toHaveBeenCalledTimes(1);
      expect(logged).toHaveBeenCalledWith(expect.stringContaining('orders'));
    });
  });
});
