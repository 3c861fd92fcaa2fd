import { X509Certificate } from 'node:crypto';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../support/certificates';
import { EnvoyClient } from '../support/envoy-client';
import { Gateway } from '../support/gateway';
import { sendRaw } from '../support/raw-http';

type Fields = Record<string, string>;

const TARGET = '/mutual/1';
const STRANGER = 'cd'.repeat(32);

describeWithCertificates('a client certificate that a door is told of', () => {
  let authority: CertificateAuthority;
  let web: Issued;
  let gateway: Gateway;
  let wary: Gateway;
  let envoy: EnvoyClient;

  beforeAll(async () => {
    authority = CertificateAuthority.create();
    web = authority.issue({ subject: '/CN=web', san: 'URI:spiffe://corp.test/web' });
    gateway = await Gateway.start({ DECISION_GRPC_LISTEN: '127.0.0.1:0' });
    wary = await Gateway.start({ TRUSTED_PROXIES: '192.0.2.1' });
    envoy = EnvoyClient.connect(`127.0.0.1:${gateway.grpcPort}`);
    for (const each of [gateway, wary]) {
      const { clientId } = await each.publish({
        upstreams: ['http://127.0.0.1:9'],
        pattern: '/mutual/*',
        methods: ['GET'],
        route: { methods: { GET: { auth_required: true, auth_type: 'mtls' } } },
      });
      const credential = { kind: 'certificate', san_uri: 'spiffe://corp.test/web' };
      await each.admin('POST', `/clients/${clientId}/credentials`, credential);
    }
  });
  afterAll(async () => {
    envoy?.close();
    await gateway?.close();
    await wary?.close();
    authority?.remove();
  });

  const describing: Record<string, Fields> = {
    '/authz': { 'X-Original-Method': 'GET', 'X-Original-URI': TARGET, 'X-Original-Host': 'api.test' },
    '/authz/forward': {
      'X-Forwarded-Method': 'GET',
      'X-Forwarded-Uri': TARGET,
      'X-Forwarded-Host': 'api.test',
      'X-Forwarded-Proto': 'https',
    },
    [`/authz/envoy${TARGET}`]: {},
  };

  async function ask(door: string, fields: Fields, to = gateway): Promise<string> {
    if (door === 'gRPC') return askEnvoy(fields);
    const lines = Object.entries({ ...describing[door], ...fields }).map(([name, value]) => `${name}: ${value}\r\n`);
    const { status, text } = await sendRaw(
      to.decisionPort,
      `GET ${door} HTTP/1.1\r\nHost: api.test\r\n${lines.join('')}\r\n`,
    );
    return status === 200 ? 'allowed' : (/urn:gatewarden:problem:(\w+)/.exec(text)?.[1] ?? String(status));
  }

  async function askEnvoy(fields: Fields): Promise<string> {
    const headers = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
    const { http_response, denied_response } = await envoy.ask({ path: TARGET, headers });
    if (http_response === 'ok_response') return 'allowed';
    return /urn:gatewarden:problem:(\w+)/.exec(denied_response.body)?.[1] ?? '';
  }

  const pem = () => `Cert="${encodeURIComponent(web.cert)}"`;
  const der = () => `:${new X509Certificate(web.cert).raw.toString('base64')}:`;

  const rows: readonly (readonly [string, () => Fields, string])[] = [
    ['X-Forwarded-Client-Cert', () => ({ 'X-Forwarded-Client-Cert': `By=x;${pem()}` }), 'allowed'],
    ['Client-Cert', () => ({ 'Client-Cert': der() }), 'allowed'],
    ['the certificate of nobody', () => ({ 'X-Forwarded-Client-Cert': `Hash=${STRANGER}` }), 'invalid_credentials'],
    ['no certificate', () => ({ 'X-Forwarded-Client-Cert': 'Cert=""' }), 'credentials_missing'],
    ['nothing', () => ({}), 'credentials_missing'],
    ['another spelling', () => ({ Client_Cert: der() }), 'credentials_missing'],
    ['both fields', () => ({ 'X-Forwarded-Client-Cert': pem(), 'Client-Cert': der() }), 'malformed_request'],
    ['nonsense', () => ({ 'X-Forwarded-Client-Cert': 'nonsense' }), 'malformed_request'],
    ['a key beside it', () => ({ 'Client-Cert': der(), 'X-API-Key': 'wrong' }), 'invalid_credentials'],
  ];
  const doors = [...Object.keys(describing), 'gRPC'];

  it.each(rows.flatMap(([what, fields, answer]) => doors.map((door) => [what, door, fields, answer] as const)))(
    'is judged by %s at %s',
    async (_, door, fields, answer) => {
      expect(await ask(door, fields())).toBe(answer);
    },
  );

  it.each(Object.keys(describing))('counts for nothing at %s when the peer is not trusted', async (door) => {
    expect(await ask(door, { 'Client-Cert': der() }, wary)).toBe('untrusted_peer');
    expect(await ask(door, { 'Client-Cert': 'nonsense' }, wary)).toBe('untrusted_peer');
  });
});
