import { NOW_MS } from '../../test/support/policy';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import { OidcDiscovery } from './oidc-discovery';

const HOUR_MS = 3_600_000;

function discover(issuer: string, document: JsonObject | Error) {
  const calls: string[] = [];
  const provider = { nowMs: NOW_MS, document };
  const discovery = new OidcDiscovery({
    issuer,
    now: () => provider.nowMs,
    getJson: async (url) => {
      calls.push(url);
      if (provider.document instanceof Error) throw provider.document;
      return provider.document;
    },
  });
  return { discovery, provider, calls };
}

const ISSUER = 'https://idp.example/realms/a';
const DOCUMENT = { issuer: ISSUER, jwks_uri: 'https://keys.example/jwks' };

describe('OidcDiscovery', () => {
  it.each([
    ['https://idp.example', 'https://idp.example/.well-known/openid-configuration'],
    ['https://idp.example/', 'https://idp.example/.well-known/openid-configuration'],
    [ISSUER, 'https://idp.example/realms/a/.well-known/openid-configuration'],
  ])('reads the document of %s', async (issuer, url) => {
    const { discovery, calls } = discover(issuer, { ...DOCUMENT, issuer });
    expect(await discovery.findJwksUri()).toBe('https://keys.example/jwks');
    expect(calls).toEqual([url]);
  });

  it('reads it once an hour, and earlier when the keys were not there', async () => {
    const { discovery, provider, calls } = discover(ISSUER, DOCUMENT);
    await discovery.findJwksUri();
    provider.nowMs += HOUR_MS - 1;
    await discovery.findJwksUri();
    expect(calls).toHaveLength(1);
    provider.document = { ...DOCUMENT, jwks_uri: 'https://keys.example/moved' };
    discovery.forget();
    expect(await discovery.findJwksUri()).toBe('https://keys.example/moved');
    provider.nowMs += HOUR_MS;
    await discovery.findJwksUri();
    expect(calls).toHaveLength(3);
  });

  it('keeps to the last one known while the document cannot be had', async () => {
    const { discovery, provider } = discover(ISSUER, DOCUMENT);
    await discovery.findJwksUri();
    provider.nowMs += HOUR_MS;
    provider.document = new Error('down');
    expect(await discovery.findJwksUri()).toBe('https://keys.example/jwks');
  });

  it.each<[string, JsonObject | Error]>([
    ['cannot be had', new Error('down')],
    ['names another issuer', { ...DOCUMENT, issuer: 'https://evil.example' }],
    ['names its issuer with another last letter', { ...DOCUMENT, issuer: `${ISSUER}/` }],
    ['names no issuer', { jwks_uri: DOCUMENT.jwks_uri }],
    ['names no keys', { issuer: ISSUER }],
    ['names keys that are no address', { ...DOCUMENT, jwks_uri: '/jwks' }],
    ['names keys in a file', { ...DOCUMENT, jwks_uri: 'file:///etc/passwd' }],
    ['leaves TLS', { ...DOCUMENT, jwks_uri: 'http://idp.example/jwks' }],
    ['names a list', { ...DOCUMENT, jwks_uri: ['https://idp.example/jwks'] }],
  ])('throws when the document %s', async (_, document) => {
    await expect(discover(ISSUER, document).discovery.findJwksUri()).rejects.toThrow();
  });

  it('takes keys without TLS where the issuer has none', async () => {
    const issuer = 'http://127.0.0.1:8080';
    const { discovery } = discover(issuer, { issuer, jwks_uri: 'http://127.0.0.1:8080/jwks' });
    expect(await discovery.findJwksUri()).toBe('http://127.0.0.1:8080/jwks');
  });
});
