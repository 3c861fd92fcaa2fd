import { X509Certificate } from 'node:crypto';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../support/certificates';
import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { RecordingUpstream } from '../support/recording-upstream';
import { callOverTls } from '../support/tls-client';

type Fields = readonly (readonly [string, string])[];

const XFCC = 'X-Forwarded-Client-Cert';
const CLIENT_CERT = 'Client-Cert';
const STATUS = { allowed: 200, malformed_request: 400, credentials_missing: 401, invalid_credentials: 401 };
const STRANGER = 'cd'.repeat(32);

describeWithCertificates('a client certificate that a proxy tells of', () => {
  let authority: CertificateAuthority;
  let web: Issued;
  let expired: Issued;
  let own: Issued;
  let upstream: RecordingUpstream;
  let trusting: Gateway;
  let wary: Gateway;
  let ownGateway: Gateway;
  let client: Published;
  let ownClientId: string;

  beforeAll(async () => {
    authority = CertificateAuthority.create();
    web = authority.issue({ subject: '/O=Corp/CN=web', san: 'URI:spiffe://corp.test/web' });
    expired = authority.issue({ subject: '/CN=expired', days: -1 });
    own = authority.issue({ subject: '/CN=proxy' });
    upstream = await RecordingUpstream.start();
    const server = authority.issue({ san: 'DNS:localhost' });
    const tls = { PROXY_TLS_CERT: server.certFile, PROXY_TLS_KEY: server.keyFile };
    trusting = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1' });
    client = await publish(trusting);
    ownGateway = await Gateway.start({ ...tls, PROXY_TLS_CLIENT_CA: authority.certFile, TRUSTED_PROXIES: '127.0.0.1' });
    ownClientId = (await publish(ownGateway)).clientId;
    await enrol(ownGateway, ownClientId, { fingerprint_sha256: own.fingerprint });
    wary = await Gateway.start({ TRUSTED_PROXIES: '192.0.2.0/24' });
    await publish(wary);
  });
  beforeEach(() => {
    upstream.received.length = 0;
  });
  afterAll(async () => {
    for (const gateway of [trusting, wary, ownGateway]) await gateway?.close();
    await upstream?.close();
    authority?.remove();
  });

  async function publish(gateway: Gateway): Promise<Published> {
    await gateway.publish({ upstreams: [upstream.url], pattern: '/public/*', isPublic: true });
    const published = await gateway.publish({
      upstreams: [upstream.url],
      pattern: '/mutual/*',
      methods: ['GET'],
      route: { methods: { GET: { auth_required: true, auth_type: 'mtls' } } },
    });
    await enrol(gateway, published.clientId, { san_uri: 'spiffe://corp.test/web' });
    await enrol(gateway, published.clientId, { fingerprint_sha256: expired.fingerprint });
    return published;
  }

  function enrol(gateway: Gateway, clientId: string, mark: object) {
    return gateway.admin('POST', `/clients/${clientId}/credentials`, { kind: 'certificate', ...mark });
  }

  async function ask(gateway: Gateway, fields: Fields, path = '/mutual/1') {
    const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const reply = await sendRaw(gateway.proxyPort, `GET ${path} HTTP/1.1\r\nHost: api.test\r\n${lines}\r\n`);
    return { status: reply.status, answer: /urn:gatewarden:problem:(\w+)/.exec(reply.text)?.[1] ?? 'allowed' };
  }

  const cert = ({ cert: pem } = web) => `Cert="${encodeURIComponent(pem)}"`;
  const der = ({ cert: pem } = web) => `:${new X509Certificate(pem).raw.toString('base64')}:`;

  const told: readonly (readonly [string, () => Fields, keyof typeof STATUS])[] = [
    ['by Hash and URI', () => [[XFCC, `By=x;Hash=${web.fingerprint};URI=spiffe://corp.test/web`]], 'allowed'],
    ['by Cert', () => [[XFCC, `By=x;${cert()}`]], 'allowed'],
    ['by Client-Cert', () => [[CLIENT_CERT, der()]], 'allowed'],
    [
      'by Client-Cert beside its chain',
      () => [
        [CLIENT_CERT, der()],
        ['Client-Cert-Chain', der()],
      ],
      'allowed',
    ],
    ['in the last element', () => [[XFCC, `Hash=${STRANGER},URI=spiffe://corp.test/web`]], 'allowed'],
    ['in the first element only', () => [[XFCC, `URI=spiffe://corp.test/web,Hash=${STRANGER}`]], 'invalid_credentials'],
    ['that nobody has', () => [[XFCC, `Hash=${STRANGER}`]], 'invalid_credentials'],
    ['that has expired', () => [[CLIENT_CERT, der(expired)]], 'invalid_credentials'],
    [
      'with a Subject and another Cert',
      () => [[XFCC, `${cert(own)};URI=spiffe://corp.test/web`]],
      'invalid_credentials',
    ],
    ['by nothing at all', () => [], 'credentials_missing'],
    ['by an empty field', () => [[XFCC, '']], 'credentials_missing'],
    ['by empty values', () => [[XFCC, 'By=x;Cert=""']], 'credentials_missing'],
    ['by no octets', () => [[CLIENT_CERT, '::']], 'credentials_missing'],
    ['by a field of another spelling', () => [['X_Forwarded_Client_Cert', `${cert()}`]], 'credentials_missing'],
    ['by Client_Cert', () => [['Client_Cert', der()]], 'credentials_missing'],
    ['by a chain alone', () => [['Client-Cert-Chain', der()]], 'credentials_missing'],
    [
      'by a field of another proxy',
      () => [['X-SSL-Client-Cert', web.cert.replaceAll('\n', ' ')]],
      'credentials_missing',
    ],
    [
      'by both fields',
      () => [
        [XFCC, cert()],
        [CLIENT_CERT, der()],
      ],
      'malformed_request',
    ],
    [
      'by one field twice',
      () => [
        [XFCC, cert()],
        [XFCC, cert()],
      ],
      'malformed_request',
    ],
    [
      'by one field twice, once empty',
      () => [
        [CLIENT_CERT, der()],
        [CLIENT_CERT, ''],
      ],
      'malformed_request',
    ],
    ['by text that is none of it', () => [[XFCC, 'web']], 'malformed_request'],
    ['by a Hash that is not that of Cert', () => [[XFCC, `Hash=${STRANGER};${cert()}`]], 'malformed_request'],
    ['by base64 without colons', () => [[CLIENT_CERT, der().slice(1, -1)]], 'malformed_request'],
    ['by octets that are no certificate', () => [[CLIENT_CERT, ':AQID:']], 'malformed_request'],
    ['by PEM', () => [[CLIENT_CERT, encodeURIComponent(web.cert)]], 'malformed_request'],
    [
      'by a field that Connection names',
      () => [
        [XFCC, cert()],
        ['Connection', XFCC],
      ],
      'malformed_request',
    ],
  ];

  it.each(told)('%s is judged when the peer is trusted', async (_, fields, answer) => {
    expect(await ask(trusting, fields())).toEqual({ status: STATUS[answer], answer });
    expect(upstream.received).toHaveLength(answer === 'allowed' ? 1 : 0);
  });

  it.each(told)('%s is ignored when the peer is not', async (_, fields) => {
    const isRefused = fields().some(([name]) => name === 'Connection');
    expect((await ask(wary, fields())).answer).toBe(isRefused ? 'malformed_request' : 'credentials_missing');
    expect(upstream.received).toEqual([]);
    expect((await ask(wary, fields(), '/public/1')).answer).toBe(isRefused ? 'malformed_request' : 'allowed');
  });

  it.each(told)('%s never reaches the upstream', async (_, fields) => {
    await ask(trusting, fields(), '/public/1');
    await ask(wary, fields(), '/public/1');
    const names = upstream.received.flatMap(({ rawHeaders }) => rawHeaders.filter((_value, index) => index % 2 === 0));
    expect(names.filter((name) => /^(x.forwarded.)?client.cert/i.test(name))).toEqual([]);
  });

  it('names its client to the upstream', async () => {
    await ask(trusting, [[XFCC, cert()]]);
    expect(upstream.last.rawHeaders).toContain(client.clientId);
  });

  describe('counts, when the proxy has a certificate of its own,', () => {
    const call = (headers: Record<string, string>) =>
      callOverTls({ port: ownGateway.proxyPort, ca: authority.cert, identity: own, path: '/mutual/1', headers });

    it('before that one, for better or worse', async () => {
      await call({ [XFCC]: cert() });
      expect(upstream.last.rawHeaders).toContain(ownClientId);
      expect((await call({ [XFCC]: `Hash=${STRANGER}` })).body.code).toBe('invalid_credentials');
      expect((await call({ [XFCC]: 'malformed' })).status).toBe(400);
    });

    it('and where it tells of none, its own is what there is', async () => {
      expect((await call({})).status).toBe(200);
      expect((await call({ [XFCC]: '' })).status).toBe(200);
    });
  });
});
