import { aClient, aRequest, aRoute, aSnapshot, decideNow, NOW_MS, portsAt } from '../../../test/support/policy';
import { toMark } from '../certificates/certificate-mark';
import type { ClientCertificate } from '../client-certificate';
import { demandCredential } from '../demand';
import type { PolicyCertificate, PolicyClient } from '../policy-client';

const FINGERPRINT = 'ab'.repeat(32);
const PRESENTED: ClientCertificate = {
  fingerprint: FINGERPRINT,
  sanUris: ['https://a.test/1', 'https://a.test/2'],
  subject: 'CN=web,O=Corp',
  validUntilMs: NOW_MS + 1,
};
const route = aRoute({ methods: { GET: demandCredential(['mtls']), POST: demandCredential(['api_key', 'mtls']) } });

function stored(mark: string, change: Partial<PolicyCertificate> = {}): PolicyCertificate {
  const validUntilMs = Number.POSITIVE_INFINITY;
  return { credentialId: `credential of ${mark}`, mark, validUntilMs, isRevoked: false, ...change };
}

function clientWith(clientId: string, ...certificates: PolicyCertificate[]): PolicyClient {
  return aClient({ clientId, apiKeys: [], certificates, permissions: { [route.routeId]: ['GET', 'POST'] } });
}

function answer(clients: PolicyClient[], certificate: ClientCertificate | undefined = PRESENTED, nowMs = NOW_MS) {
  return decideNow(aRequest({ certificate }), aSnapshot({ routes: [route], clients }), portsAt(nowMs));
}

describe('verifyCertificate', () => {
  it.each([
    ['fingerprint', toMark('fingerprint', FINGERPRINT)],
    ['SAN URI', toMark('san_uri', 'https://a.test/2')],
    ['subject', toMark('subject', 'CN=web,O=Corp')],
  ])('proves the client by the %s', (_, mark) => {
    expect(answer([clientWith('client-1', stored(mark))])).toMatchObject({
      allowed: true,
      principal: {
        kind: 'client',
        method: 'mtls',
        credentialId: `credential of ${mark}`,
        client: { clientId: 'client-1' },
      },
    });
  });

  it('lets the fingerprint go before the SAN URIs, those in their order, and these before the subject', () => {
    const marks = [
      toMark('fingerprint', FINGERPRINT),
      toMark('san_uri', 'https://a.test/1'),
      toMark('san_uri', 'https://a.test/2'),
      toMark('subject', 'CN=web,O=Corp'),
    ];
    for (let first = 0; first < marks.length; first += 1) {
      const clients = marks.slice(first).map((mark, index) => clientWith(`client-${first + index}`, stored(mark)));
      const decision = answer(clients.reverse());
      expect(decision.principal).toMatchObject({ client: { clientId: `client-${first}` } });
    }
  });

  it.each([
    ['nobody has', stored(toMark('fingerprint', 'cd'.repeat(32))), PRESENTED, 'certificate_unknown'],
    ['was revoked', stored(toMark('fingerprint', FINGERPRINT), { isRevoked: true }), PRESENTED, 'certificate_revoked'],
    [
      'ended here',
      stored(toMark('fingerprint', FINGERPRINT), { validUntilMs: NOW_MS }),
      PRESENTED,
      'certificate_credential_expired',
    ],
    [
      'ends at no time here',
      stored(toMark('fingerprint', FINGERPRINT), { validUntilMs: Number.NaN }),
      PRESENTED,
      'certificate_credential_expired',
    ],
    [
      'has expired',
      stored(toMark('fingerprint', FINGERPRINT)),
      { ...PRESENTED, validUntilMs: NOW_MS },
      'certificate_expired',
    ],
    [
      'ends at no time',
      stored(toMark('fingerprint', FINGERPRINT)),
      { ...PRESENTED, validUntilMs: Number.NaN },
      'certificate_expired',
    ],
    [
      'is known by another kind of mark only',
      stored(toMark('san_uri', 'CN=web,O=Corp')),
      PRESENTED,
      'certificate_unknown',
    ],
    ['has a subject in another case', stored(toMark('subject', 'CN=Web,O=Corp')), PRESENTED, 'certificate_unknown'],
    [
      'shares but the beginning of a URI',
      stored(toMark('san_uri', 'https://a.test/')),
      PRESENTED,
      'certificate_unknown',
    ],
  ])('refuses a certificate that %s', (_, credential, certificate, cause) => {
    expect(answer([clientWith('client-1', credential)], certificate)).toMatchObject({
      allowed: false,
      code: 'invalid_credentials',
      challenge: 'Mutual realm="gatewarden"',
      cause,
    });
  });

  it('lets a revoked fingerprint decide, though the subject is still good', () => {
    const revoked = stored(toMark('fingerprint', FINGERPRINT), { isRevoked: true });
    const good = stored(toMark('subject', 'CN=web,O=Corp'));
    expect(answer([clientWith('client-1', revoked), clientWith('client-2', good)])).toMatchObject({
      code: 'invalid_credentials',
      cause: 'certificate_revoked',
    });
  });

  it('recognises a certificate by what a proxy tells of it, though that be its subject alone', () => {
    const told = {
      fingerprint: undefined,
      sanUris: [],
      subject: 'CN=web,O=Corp',
      validUntilMs: Number.POSITIVE_INFINITY,
    };
    expect(answer([clientWith('client-1', stored(toMark('subject', 'CN=web,O=Corp')))], told).allowed).toBe(true);
  });

  it('takes no SPIFFE id from a certificate with another URI', () => {
    const client = clientWith('client-1', stored(toMark('san_uri', 'spiffe://corp.test/web')));
    const spiffe = (...sanUris: string[]) => answer([client], { ...PRESENTED, sanUris });
    expect(spiffe('spiffe://corp.test/web').allowed).toBe(true);
    expect(spiffe('spiffe://corp.test/web', 'https://a.test/')).toMatchObject({ cause: 'certificate_unknown' });
    expect(spiffe('spiffe://corp.test/web', 'spiffe://corp.test/web')).toMatchObject({ cause: 'certificate_unknown' });
  });

  it.each([
    ['suspended', 'client_suspended'],
    ['revoked', 'client_revoked'],
  ] as const)('says that the client is %s', (status, code) => {
    const client = { ...clientWith('client-1', stored(toMark('fingerprint', FINGERPRINT))), status };
    expect(answer([client]).code).toBe(code);
  });
});

describe('a client certificate as a credential', () => {
  const client = clientWith('client-1', stored(toMark('fingerprint', FINGERPRINT)));
  const snapshot = aSnapshot({ routes: [route], clients: [client] });
  const ask = (text: Parameters<typeof aRequest>[0]) =>
    decideNow(aRequest({ certificate: PRESENTED, ...text }), snapshot, portsAt());

  it('is missing where there is none', () => {
    expect(ask({ certificate: undefined })).toMatchObject({ code: 'credentials_missing', cause: 'no_credential' });
  });

  it.each([
    ['X-API-Key', 'X-API-Key'],
    ['Authorization', 'Authorization'],
  ])('comes after %s, which decides alone', (_, name) => {
    expect(ask({ headers: { [name]: 'partner-key-0001' } })).toMatchObject({
      code: 'invalid_credentials',
      cause: 'api_key_not_accepted',
    });
    expect(ask({ method: 'POST', headers: { [name]: 'partner-key-0001' } })).toMatchObject({
      cause: 'api_key_unknown',
    });
  });

  it('comes after a key in the query', () => {
    const open = { ...route, apiKeyInQuery: true };
    const decision = decideNow(
      aRequest({ certificate: PRESENTED, method: 'POST', target: '/orders/1?api_key=partner-key-0001' }),
      aSnapshot({ routes: [open], clients: [client] }),
      portsAt(),
    );
    expect(decision).toMatchObject({ code: 'invalid_credentials', cause: 'api_key_unknown' });
  });

  it('decides beside an Authorization that is not for the gateway', () => {
    expect(ask({ headers: { Authorization: 'Basic dXNlcjpwYXNz' } }).allowed).toBe(true);
  });

  it('is not presented to a method that takes none', () => {
    const keyed = aRoute();
    const decision = decideNow(
      aRequest({ certificate: PRESENTED }),
      aSnapshot({ routes: [keyed], clients: [client] }),
      portsAt(),
    );
    expect(decision).toMatchObject({ code: 'credentials_missing', cause: 'no_credential' });
  });
});
