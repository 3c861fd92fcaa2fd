import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { ProxyListener } from '../../src/proxy/proxy-listener';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../support/certificates';
import { Gateway } from '../support/gateway';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { callOverTls, type TlsCall } from '../support/tls-client';

describeWithCertificates('the proxy listener over TLS', () => {
  let directory: string;
  let authority: CertificateAuthority;
  let upstream: RecordingUpstream;
  let gateway: Gateway;
  const live = () => ({ cert: join(directory, 'live.pem'), key: join(directory, 'live.key') });

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'gatewarden-tls-'));
    authority = CertificateAuthority.create();
    put(authority.issue({ subject: '/CN=first', san: 'DNS:localhost' }));
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({ PROXY_TLS_CERT: live().cert, PROXY_TLS_KEY: live().key });
    await gateway.publish({ upstreams: [upstream.url], pattern: '/public/*', isPublic: true });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    authority?.remove();
    rmSync(directory, { recursive: true });
  });

  /** Whole files, renamed into place one after the other. */
  function put(issued: { certFile: string; keyFile: string }): void {
    for (const [from, to] of [
      [issued.certFile, live().cert],
      [issued.keyFile, live().key],
    ] as const) {
      copyFileSync(from, `${to}.new`);
      renameSync(`${to}.new`, to);
    }
  }

  const call = (some: Partial<TlsCall> = {}) =>
    callOverTls({ port: gateway.proxyPort, ca: authority.cert, path: '/public/1', ...some });

  async function handshake(options: ConnectionOptions = {}): Promise<TLSSocket> {
    const defaults = { port: gateway.proxyPort, host: '127.0.0.1', servername: 'localhost', ca: authority.cert };
    const socket = connect({ ...defaults, ...options });
    await once(socket, 'secureConnect');
    return socket;
  }

  const proxyServer = () => gateway.app.get(ProxyListener).server;

  async function certificateShown(): Promise<string> {
    const socket = await handshake();
    const { CN } = socket.getPeerCertificate().subject;
    socket.destroy();
    return String(CN);
  }

  it('serves requests and tells the upstream that they came over https', async () => {
    expect((await call()).status).toBe(200);
    expect(fieldValues(upstream.last.rawHeaders, 'x-forwarded-proto')).toEqual(['https']);
    expect(fieldValues(upstream.last.rawHeaders, 'forwarded').join()).toMatch(/;proto=https$/);
  });

  it('streams bodies both ways', async () => {
    const body = 'x'.repeat(300_000);
    expect((await call({ method: 'POST', body })).status).toBe(200);
    expect(upstream.last.body).toBe(body);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('speaks %s', async (version) => {
    const socket = await handshake({ minVersion: version, maxVersion: version });
    expect(socket.getProtocol()).toBe(version);
    socket.destroy();
  });

  it.each([
    ['TLS 1.1', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }],
    ['a suite without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['a suite without authenticated encryption', { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' }],
    ['HTTP/2 alone', { ALPNProtocols: ['h2'] }],
  ] as const)('refuses %s', async (_, options) => {
    await expect(handshake(options as ConnectionOptions)).rejects.toThrow(/alert/);
  });

  it('chooses HTTP/1.1 of several protocols', async () => {
    const socket = await handshake({ ALPNProtocols: ['h2', 'http/1.1'] });
    expect(socket.alpnProtocol).toBe('http/1.1');
    socket.destroy();
  });

  it('asks for no client certificate where no authority for one is set', async () => {
    const { cert, key } = authority.issue();
    const socket = connect({ port: gateway.proxyPort, servername: 'localhost', ca: authority.cert, cert, key });
    const [seen] = await Promise.all([once(proxyServer(), 'secureConnection'), once(socket, 'secureConnect')]);
    expect(seen[0].getPeerX509Certificate()).toBeUndefined();
    socket.destroy();
  });

  it('carries WebSockets', async () => {
    const answered: Buffer[] = [];
    upstream.server.once('upgrade', (_req, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
      socket.write('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n');
      socket.on('data', (bytes: Buffer) => answered.push(bytes));
      socket.on('error', () => undefined);
    });
    const socket = await handshake();
    socket.write('GET /public/ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n');
    socket.write('Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
    const [reply] = await once(socket, 'data');
    expect(String(reply)).toMatch(/^HTTP\/1.1 101 /);
    socket.write('ping');
    while (answered.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(String(Buffer.concat(answered))).toBe('ping');
    socket.destroy();
  });

  it('hangs up on what is no TLS, and goes on', async () => {
    const socket = connectPlain(gateway.proxyPort, '127.0.0.1');
    socket.write('GET /public/1 HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.resume();
    await once(socket, 'close');
    expect((await call()).status).toBe(200);
    expect(gateway.log.filter(({ cause }) => cause === 'unreadable')).toEqual([]);
  });

  it('answers what is no HTTP inside TLS with a problem', async () => {
    const socket = await handshake();
    socket.write('nonsense\r\n\r\n');
    const [reply] = await once(socket, 'data');
    expect(String(reply)).toMatch(/^HTTP\/1.1 400 /);
    socket.destroy();
  });

  it('takes curl for a client', async () => {
    const url = `https://localhost:${gateway.proxyPort}/public/1`;
    const args = ['-sS', '--cacert', authority.certFile, '-o', '/dev/null', '-w', '%{http_code}', url];
    expect((await promisify(execFile)('curl', args)).stdout).toBe('200');
  });

  describe('when its files change', () => {
    let kept: Agent;
    beforeEach(() => {
      kept = new Agent({ keepAlive: true, maxSockets: 1 });
    });
    afterEach(() => kept.destroy());

    async function untilShown(name: string): Promise<void> {
      const deadline = Date.now() + 10_000;
      while ((await certificateShown()) !== name) {
        if (Date.now() > deadline) throw new Error(`${name} was not shown in time`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }

    it('shows the new certificate to new connections, while no request fails and no connection ends', async () => {
      let isRunning = true;
      let requests = 0;
      const failures: unknown[] = [];
      const run = async (agent?: Agent) => {
        while (isRunning) {
          await call(agent ? { agent } : {}).then(
            ({ status }) => status !== 200 && failures.push(status),
            (error) => failures.push(error),
          );
          requests += 1;
        }
      };
      const runs = [run(kept), run(), run(), run()];
      const ports = new Set<number | undefined>();
      kept.on('free', (socket) => ports.add(socket.localPort));
      put(authority.issue({ subject: '/CN=second', san: 'DNS:localhost' }));
      await untilShown('second');
      const shownAfter = requests;
      while (requests < shownAfter + 20) await new Promise((resolve) => setTimeout(resolve, 10));
      isRunning = false;
      await Promise.all(runs);
      expect(failures).toEqual([]);
      expect(ports.size).toBe(1);
      expect(gateway.log).toContainEqual(
        expect.objectContaining({ msg: expect.stringMatching(/proxy listener has a new certificate/) }),
      );
    });

    it('keeps the old certificate while the new files do not belong together', async () => {
      const [third, fourth] = ['third', 'fourth'].map((name) =>
        authority.issue({ subject: `/CN=${name}`, san: 'DNS:localhost' }),
      ) as [Issued, Issued];
      const shown = await certificateShown();
      put({ certFile: third.certFile, keyFile: fourth.keyFile });
      const isTold = () => gateway.log.some(({ msg }) => /PROXY_TLS_KEY is not the private key/.test(String(msg)));
      while (!isTold()) await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await certificateShown()).toBe(shown);
      expect((await call()).status).toBe(200);
      put(fourth);
      await untilShown('fourth');
    });
  });

  it('serves TLS on a unix socket', async () => {
    const socketPath = join(directory, 'proxy.sock');
    const other = await Gateway.start({
      PROXY_LISTEN: `unix:${socketPath}`,
      PROXY_TLS_CERT: live().cert,
      PROXY_TLS_KEY: live().key,
    });
    try {
      await other.publish({ upstreams: [upstream.url], pattern: '/public/*', isPublic: true });
      const reply = await callOverTls({ socketPath, ca: authority.cert, path: '/public/1' });
      expect(reply.status).toBe(200);
      expect(fieldValues(upstream.last.rawHeaders, 'x-forwarded-proto')).toEqual(['https']);
    } finally {
      await other.close();
    }
  });

  it('does not wait for a handshake that never ends when it stops', async () => {
    const other = await Gateway.start({
      PROXY_TLS_CERT: live().cert,
      PROXY_TLS_KEY: live().key,
      SHUTDOWN_DEADLINE_MS: '300',
    });
    const socket = connectPlain(other.proxyPort, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const started = Date.now();
    await other.close();
    expect(Date.now() - started).toBeLessThan(5_000);
    socket.destroy();
  });
});
