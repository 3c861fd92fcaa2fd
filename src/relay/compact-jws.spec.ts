import { createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { compactVerify, decodeProtectedHeader } from 'jose';
import type { PolicySigningKey } from '../core/policy-signing-key';
import { signHs256, signOwn } from './compact-jws';

describe('signHs256', () => {
  it('writes the token that apivault writes', () => {
    const token = signHs256({ exp: 4102444800, sub: 1 }, createSecretKey('abc123', 'utf8'));
    expect(token).toBe(
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDAsInN1YiI6MX0.lx9ziSVBalfCCZ_MmbLfsQsVjIwfNp8hQoPM72m6njo',
    );
  });
});

describe('signOwn', () => {
  const keys = {
    EdDSA: generateKeyPairSync('ed25519').privateKey,
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  };

  it.each(['EdDSA', 'ES256'] as const)('writes a token that others verify as %s', async (algorithm) => {
    const privateKey = keys[algorithm];
    const key = { kid: 'key-1', algorithm, privateKey } as PolicySigningKey;
    const token = signOwn({ sub: 'Zoë' }, key);
    const { payload } = await compactVerify(token, createPublicKey(privateKey), { algorithms: [algorithm] });
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ sub: 'Zoë' });
    expect(decodeProtectedHeader(token)).toEqual({ alg: algorithm, typ: 'JWT', kid: 'key-1' });
  });
});
