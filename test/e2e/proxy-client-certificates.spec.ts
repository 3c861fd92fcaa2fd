import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import { CertificateAuthority, describeWithCertificates, type Issued, type Wish } from '../support/certificates';
import { Gateway, type Published } from '../support/gateway';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { callOverTls, type TlsCall } from '../support/tls-client';

const FINGERPRINT = 'ab'.repeat(32);

describeWithCertificates('a client certificate on the proxy listener', () => {
  let servers: CertificateAuthority;
  let clients: CertificateAuthority;
  let clientCaFile: string;
  let upstream: RecordingUpstream;
  let gateway: Gateway;
  let mutual: Published;
  let either: Published;

  beforeAll(async () => {
    servers = CertificateAuthority.create('Server CA');
    clients = CertificateAuthority.create('Client CA');
    const server = servers.issue({ san: 'DNS:localhost' });
    clientCaFile = `${server.certFile}.client-ca`;
    copyFileSync(clients.certFile, clientCaFile);
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({
      PROXY_TLS_CERT: server.certFile,
      PROXY_TLS_KEY: server.keyFile,
      PROXY_TLS_CLIENT_CA: clientCaFile,
    });
    const methodsOf = (demand: object) => ({ methods: { GET: { auth_required: true, ...demand } } });
    const upstreams = [upstream.url];
    await gateway.publish({ upstreams, pattern: '/public/*', isPublic: true });
    mutual = await gateway.publish({
      upstreams,
      pattern: '/mutual/*',
      methods: ['GET'],
      route: methodsOf({ auth_type: 'mtls' }),
    });
    either = await gateway.publish({
      upstreams,
      pattern: '/either/*',
      methods: ['GET'],
      route: methodsOf({ auth_types: ['api_key', 'mtls'] }),
    });
    await gateway.publish({ upstreams, pattern: '/keyed/*', methods: ['GET'] });
  });
  beforeEach(() => {
    upstream.received.length = 0;
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    servers?.remove();
    clients?.remove();
  });

  const call = (some: Partial<TlsCall> = {}) =>
    callOverTls({ port: gateway.proxyPort, ca: servers.cert, path: '/mutual/1', ...some });

  /** The credential as the admin API shows it. */
  const enrol = (mark: object, { clientId } = mutual) =>
    gateway.admin('POST', `/clients/${clientId}/credentials`, { kind: 'certificate', ...mark });

  async function enrolled(wish?: Wish): Promise<{ identity: Issued; credentialId: string }> {
    const identity = clients.issue(wish);
    const { credential_id } = await enrol({ fingerprint_sha256: identity.fingerprint });
    return { identity, credentialId: credential_id };
  }

  it.each([
    ['fingerprint', {}, (issued: Issued) => ({ fingerprint_sha256: issued.fingerprint })],
    [
      'SPIFFE id',
      { san: 'DNS:web,URI:spiffe://corp.test/ns/a/sa/web' },
      () => ({ san_uri: 'spiffe://corp.test/ns/a/sa/web' }),
    ],
    ['SAN URI', { san: 'URI:https://a.test/one,URI:https://a.test/two' }, () => ({ san_uri: 'https://a.test/two' })],
    ['subject', { subject: '/C=DE/O=Corp, Ltd/CN=web' }, () => ({ subject: 'CN=web, O=Corp\\, Ltd, C=DE' })],
  ])('opens an mtls method by its %s, and tells the upstream whose it is', async (_, wish, markOf) => {
    const identity = clients.issue(wish);
    expect((await call({ identity })).body.code).toBe('invalid_credentials');
    await enrol(markOf(identity));
    expect((await call({ identity })).status).toBe(200);
    expect(fieldValues(upstream.last.rawHeaders, 'x-client-id')).toEqual([mutual.clientId]);
    expect(fieldValues(upstream.last.rawHeaders, 'x-auth-method')).toEqual(['mtls']);
  });

  it('is asked for and may be left out', async () => {
    const refused = await call();
    expect(refused.status).toBe(401);
    expect(refused.body.code).toBe('credentials_missing');
    expect(refused.headers['www-authenticate']).toBe('Mutual realm="gatewarden"');
    expect((await call({ path: '/public/1' })).status).toBe(200);
  });

  describe('is none at all', () => {
    let known: Issued;
    beforeAll(async () => {
      known = (await enrolled({ subject: '/CN=known' })).identity;
      await enrol({ subject: 'CN=by name' });
    });

    it.each([
      ['from another authority', () => CertificateAuthority.create('Client CA')],
      ['from the authority of the server', () => servers],
    ])('when it is %s', async (_, otherAuthority) => {
      const authority = otherAuthority();
      const identity = authority.issue({ subject: '/CN=by name' });
      const refused = await call({ identity });
      expect(refused.body.code).toBe('credentials_missing');
      expect((await call({ identity, path: '/public/1' })).status).toBe(200);
      if (authority !== servers) authority.remove();
    });

    it.each([
      ['has expired', { days: -1 }],
      ['was not made for clients', { usage: 'serverAuth' }],
    ] as const)('when it %s', async (_, wish) => {
      const { identity } = await enrolled(wish);
      expect((await call({ identity })).body.code).toBe('credentials_missing');
    });

    it('when it was issued by another client', async () => {
      const { cert, key } = clients.issueBy(known, { subject: '/CN=by name' });
      expect((await call({ identity: { cert: cert + known.cert, key } })).body.code).toBe('credentials_missing');
    });

    it('when it stands in a field of a peer that is not trusted', async () => {
      const told = { 'X-Forwarded-Client-Cert': `Hash=${known.fingerprint}` };
      expect((await call({ headers: told })).body.code).toBe('credentials_missing');
    });
  });

  it('of nobody is refused, and the log knows why', async () => {
    const refused = await call({ identity: clients.issue({ subject: '/CN=nobody' }) });
    expect(refused.status).toBe(401);
    expect(refused.body.code).toBe('invalid_credentials');
    expect(gateway.log.at(-1)).toMatchObject({ reason: 'invalid_credentials', cause: 'certificate_unknown' });
  });

  it('that was revoked, or whose client was suspended, is refused on the very next request of its connection', async () => {
    const { identity, credentialId } = await enrolled();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    agent.on('free', (socket) => ports.add(socket.localPort));
    const status = async () => (await call({ identity, agent })).status;
    expect(await status()).toBe(200);
    await gateway.admin('PATCH', `/clients/${mutual.clientId}`, { status: 'suspended' });
    expect(await status()).toBe(403);
    await gateway.admin('PATCH', `/clients/${mutual.clientId}`, { status: 'active' });
    expect(await status()).toBe(200);
    await gateway.admin('DELETE', `/clients/${mutual.clientId}/credentials/${credentialId}`);
    expect(await status()).toBe(401);
    expect(ports.size).toBe(1);
    agent.destroy();
  });

  it('comes last: a key beside it decides, right or wrong', async () => {
    const { identity } = await enrolled();
    await gateway.admin('POST', '/permissions', {
      client_id: mutual.clientId,
      route_id: either.routeId,
      allowed_methods: ['GET'],
    });
    const ask = async (path: string, key?: string) => {
      const reply = await call({ identity, path, headers: key === undefined ? {} : { 'X-API-Key': key } });
      return reply.status === 200 ? fieldValues(upstream.last.rawHeaders, 'x-client-id')[0] : reply.body.code;
    };
    expect(await ask('/either/1')).toBe(mutual.clientId);
    expect(await ask('/either/1', either.key)).toBe(either.clientId);
    expect(await ask('/either/1', 'wrong')).toBe('invalid_credentials');
    expect(await ask('/mutual/1', mutual.key)).toBe('invalid_credentials');
    expect(await ask('/keyed/1')).toBe('credentials_missing');
  });

  it.each([
    ['TLSv1.2', 'TLSv1.2'],
    ['TLSv1.3', 'TLSv1.3'],
  ] as const)('is kept by a resumed session of %s', async (_, version) => {
    const { identity } = await enrolled();
    const first = await exchange({ ...identity, version });
    expect(first).toMatchObject({ status: 200, isReused: false });
    const second = await exchange({ version, session: first.session });
    expect(second).toMatchObject({ status: 200, isReused: true });
    const stranger = await exchange({ version });
    expect(stranger.status).toBe(401);
    expect(await exchange({ version, session: stranger.session })).toMatchObject({ status: 401, isReused: true });
  });

  it('is no longer believed when its authority is taken away, in a resumed session neither', async () => {
    const { identity } = await enrolled();
    const other = CertificateAuthority.create('Another CA');
    const { session } = await exchange({ ...identity });
    copyFileSync(other.certFile, clientCaFile);
    try {
      while ((await call({ identity })).status === 200) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await exchange({ session })).toMatchObject({ status: 401, isReused: false });
    } finally {
      copyFileSync(clients.certFile, clientCaFile);
      while ((await call({ identity })).status !== 200) await new Promise((resolve) => setTimeout(resolve, 100));
      other.remove();
    }
  });

  it('is never told to the upstream, nor is what others claim of one', async () => {
    const { identity } = await enrolled();
    const headers = {
      'X-Forwarded-Client-Cert': `Hash=${FINGERPRINT}`,
      X_Forwarded_Client_Cert: `Hash=${FINGERPRINT}`,
      'x-forwarded.client-cert': `Hash=${FINGERPRINT}`,
      Client_Cert: ':AQ==:',
      'Client.Cert': ':AQ==:',
      'Client-Cert': 'not even well-formed',
      'Client-Cert-Chain': ':AQ==:',
      CLIENT_CERT_CHAIN: ':AQ==:',
      'X-Kept': 'yes',
    };
    expect((await call({ identity, headers })).status).toBe(200);
    const names = upstream.last.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names).toContain('x-kept');
    expect(names.filter((name) => /cert/.test(name))).toEqual([]);
  });

  it('works with curl', async () => {
    const { identity } = await enrolled();
    const url = `https://localhost:${gateway.proxyPort}/mutual/1`;
    const args = ['-sS', '--cacert', servers.certFile, '--cert', identity.certFile, '--key', identity.keyFile];
    const { stdout } = await promisify(execFile)('curl', [...args, '-o', '/dev/null', '-w', '%{http_code}', url]);
    expect(stdout).toBe('200');
  });

  /** One request on a connection of its own, and the session another one may resume. */
  async function exchange(options: { cert?: string; key?: string; version?: 'TLSv1.2' | 'TLSv1.3'; session?: Buffer }) {
    const { version = 'TLSv1.3', cert, key } = options;
    const socket = connect({
      ...{ port: gateway.proxyPort, host: '127.0.0.1', servername: 'localhost', ca: servers.cert, cert, key },
      ...{ minVersion: version, maxVersion: version, session: options.session },
    });
    let session: Buffer | undefined;
    let text = '';
    socket.on('session', (ticket: Buffer) => {
      session = ticket;
    });
    socket.on('data', (bytes: Buffer) => {
      text += bytes;
    });
    await once(socket, 'secureConnect');
    const isReused = socket.isSessionReused();
    socket.write('GET /mutual/1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await once(socket, 'close');
    return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1]), isReused, session };
  }
});
