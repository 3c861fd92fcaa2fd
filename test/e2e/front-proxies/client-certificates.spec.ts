import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../../support/certificates';
import { freePort } from '../../support/free-port';
import { FrontProxy, type FrontProxyPlan, isInstalled } from '../../support/front-proxy';
import { Gateway } from '../../support/gateway';
import { RecordingUpstream } from '../../support/recording-upstream';
import { callOverTls } from '../../support/tls-client';

/** What a proxy's configuration is made with; `pem` holds the server's certificate and key. */
interface Place {
  readonly port: number;
  readonly gateway: string;
  readonly cert: string;
  readonly key: string;
  readonly pem: string;
  readonly clientCa: string;
}

interface Front {
  readonly name: string;
  readonly versionFlag: string;
  readonly file: string;
  readonly configuration: (place: Place) => string;
  readonly command: FrontProxyPlan['command'];
}

const FRONTS: readonly Front[] = [
  {
    name: 'nginx',
    versionFlag: '-v',
    file: 'nginx.conf',
    configuration: ({ port, gateway, cert, key, clientCa }) => `
      daemon off; worker_processes 1; pid nginx.pid; error_log stderr;
      events {}
      http {
        access_log off; client_body_temp_path tmp1; proxy_temp_path tmp2; fastcgi_temp_path tmp3;
        uwsgi_temp_path tmp4; scgi_temp_path tmp5;
        server {
          listen 127.0.0.1:${port} ssl;
          ssl_certificate ${cert}; ssl_certificate_key ${key};
          ssl_client_certificate ${clientCa};
          ssl_verify_client optional;
          location / {
            proxy_pass http://${gateway};
            proxy_set_header X-Forwarded-Client-Cert 'Cert="$ssl_client_escaped_cert"';
            proxy_set_header Client-Cert "";
          }
        }
      }`,
    command: (directory) => ['nginx', '-p', directory, '-c', 'nginx.conf', '-e', 'stderr'],
  },
  {
    name: 'haproxy',
    versionFlag: '-v',
    file: 'haproxy.cfg',
    configuration: ({ port, gateway, pem, clientCa }) => `
defaults
    mode http
    timeout connect 1s
    timeout client 10s
    timeout server 10s
frontend clients
    bind 127.0.0.1:${port} ssl crt ${pem} ca-file ${clientCa} verify optional
    http-request del-header X-Forwarded-Client-Cert
    http-request del-header Client-Cert
    http-request set-header Client-Cert :%[ssl_c_der,base64]: if { ssl_c_used }
    default_backend gatewarden
backend gatewarden
    server gatewarden ${gateway}
`,
    command: (directory) => ['haproxy', '-db', '-f', join(directory, 'haproxy.cfg')],
  },
  {
    name: 'caddy',
    versionFlag: 'version',
    file: 'Caddyfile',
    configuration: ({ port, gateway, cert, key, clientCa }) => `
{
	admin off
	auto_https off
}
https://localhost:${port} {
	bind 127.0.0.1
	tls ${cert} ${key} {
		client_auth {
			mode verify_if_given
			trusted_ca_cert_file ${clientCa}
		}
	}
	map {http.request.tls.client.certificate_der_base64} {client_cert} {
		"~^(.+)$" ":$\{1}:"
		default ""
	}
	reverse_proxy ${gateway} {
		header_up Client-Cert {client_cert}
		header_up -X-Forwarded-Client-Cert
	}
}
`,
    command: (directory) => [
      'env',
      `HOME=${directory}`,
      'caddy',
      'run',
      '--adapter',
      'caddyfile',
      '--config',
      join(directory, 'Caddyfile'),
    ],
  },
];

const INSTALLED = FRONTS.filter(({ name, versionFlag }) => isInstalled(name, versionFlag));

describeWithCertificates('client certificates that a real proxy has checked', () => {
  let authority: CertificateAuthority;
  let web: Issued;
  let admin: Issued;
  let place: Omit<Place, 'port'>;
  let upstream: RecordingUpstream;
  let gateway: Gateway;
  let clientId: string;

  beforeAll(async () => {
    authority = CertificateAuthority.create();
    web = authority.issue({ subject: '/CN=web', san: 'URI:spiffe://corp.test/web' });
    admin = authority.issue({ subject: '/CN=admin' });
    const server = authority.issue({ san: 'DNS:localhost' });
    const pem = `${server.certFile}.both`;
    writeFileSync(pem, server.cert + server.key);
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1' });
    place = {
      gateway: `127.0.0.1:${gateway.proxyPort}`,
      cert: server.certFile,
      key: server.keyFile,
      pem,
      clientCa: authority.certFile,
    };
    const published = await gateway.publish({
      upstreams: [upstream.url],
      methods: ['GET'],
      route: { methods: { GET: { auth_required: true, auth_type: 'mtls' } } },
    });
    ({ clientId } = published);
    for (const mark of [{ san_uri: 'spiffe://corp.test/web' }, { fingerprint_sha256: admin.fingerprint }]) {
      await gateway.admin('POST', `/clients/${clientId}/credentials`, { kind: 'certificate', ...mark });
    }
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    authority?.remove();
  });

  it.each(INSTALLED)('count behind $name, and what clients write of them does not', async (front) => {
    const port = await freePort();
    const files = { [front.file]: front.configuration({ ...place, port }) };
    const proxy = await FrontProxy.start({ files, command: front.command }, port);
    const ask = async (identity?: Issued, headers: Record<string, string> = {}) => {
      upstream.received.length = 0;
      const reply = await callOverTls({
        port,
        ca: authority.cert,
        identity,
        headers: { Host: `localhost:${port}`, ...headers },
      });
      return reply.status === 200 ? 'allowed' : (reply.body?.code ?? reply.status);
    };
    const claims: Record<string, string>[] = [
      { 'X-Forwarded-Client-Cert': `Hash=${admin.fingerprint}` },
      { 'X-Forwarded-Client-Cert': `Cert="${encodeURIComponent(admin.cert)}"` },
      { 'Client-Cert': `:${admin.cert.replace(/-----.*-----|\n/g, '')}:` },
      { X_Forwarded_Client_Cert: `Hash=${admin.fingerprint}` },
    ];
    try {
      expect(await ask(web)).toBe('allowed');
      expect(upstream.last.rawHeaders).toContain(clientId);
      expect(upstream.last.rawHeaders.join().toLowerCase()).not.toContain('client-cert');
      expect(await ask()).toBe('credentials_missing');
      for (const claim of claims) {
        expect(await ask(undefined, claim)).toBe('credentials_missing');
        expect(await ask(web, claim)).toBe('allowed');
        expect(await ask(authority.issue(), claim)).toBe('invalid_credentials');
      }
      const other = CertificateAuthority.create();
      const forged = await ask(other.issue({ san: 'URI:spiffe://corp.test/web' })).catch(() => 'refused');
      other.remove();
      expect(['refused', 400]).toContain(forged);
    } catch (error) {
      throw new Error(`behind ${front.name}: ${(error as Error).message}\n${proxy.output}`, { cause: error });
    } finally {
      await proxy.close();
    }
  });
});
