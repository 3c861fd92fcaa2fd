import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../support/certificates';
import { Gateway } from '../support/gateway';

/** What an upstream saw of the connection a request came on. */
interface Seen {
  readonly url: string | undefined;
  readonly sni: string | false | undefined;
  readonly client: string | undefined;
}

describeWithCertificates('an upstream that speaks TLS', () => {
  const servers: Server[] = [];
  let authority: CertificateAuthority;
  let other: CertificateAuthority;
  let client: Issued;
  let gateway: Gateway;
  let good: { url: string; port: number };
  let named: { url: string };
  let strict: { url: string };

  beforeAll(async () => {
    authority = CertificateAuthority.create();
    other = CertificateAuthority.create();
    client = authority.issue({ subject: '/CN=gateway', usage: 'clientAuth' });
    gateway = await Gateway.start();
    good = await serve(authority.issue({ san: 'IP:127.0.0.1,DNS:localhost' }));
    named = await serve(authority.issue({ san: 'DNS:orders.corp.test' }));
    const asking = { ca: authority.cert, requestCert: true, rejectUnauthorized: true };
    strict = await serve(authority.issue({ san: 'IP:127.0.0.1' }), asking);
  });
  afterAll(async () => {
    await gateway?.close();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    authority?.remove();
    other?.remove();
  });

  /** An upstream that answers requests and the first message of a WebSocket with what it saw. */
  async function serve({ cert, key }: Pick<Issued, 'cert' | 'key'>, options: ServerOptions = {}) {
    const see = (url: string | undefined, socket: TLSSocket): string => {
      const seen = { url, sni: socket.servername, client: socket.getPeerCertificate().subject?.CN };
      return JSON.stringify(seen);
    };
    const server = createServer({ cert, key, ...options }, (req, res) =>
      res.end(see(req.url, req.socket as TLSSocket)),
    );
    const sockets = new WebSocketServer({ server });
    sockets.on('connection', (socket, req) => socket.send(see(req.url, req.socket as TLSSocket)));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    return { url: `https://127.0.0.1:${port}`, port };
  }

  let published = 0;
  /** The path of a new public route to an upstream, and the service behind it. */
  async function publish(url: string, tls: object | null, service: object = {}) {
    published += 1;
    const name = `upstream-${published}`;
    await gateway.publish({
      upstreams: [url],
      pattern: `/${name}/*`,
      isPublic: true,
      methods: ['GET'],
      service: { name, tls, retries: 0, passive_health: null, ...service },
    });
    return { name, path: `/${name}/1` };
  }

  async function overHttp(path: string): Promise<Seen | string> {
    const reply = await fetch(`${gateway.proxyUrl}${path}`);
    if (reply.status === 200) return (await reply.json()) as Seen;
    return `${reply.status} ${((await reply.json()) as { code: string }).code}`;
  }

  function overWebSocket(path: string): Promise<Seen | string> {
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.proxyPort}${path}`);
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (message) => {
        resolve(JSON.parse(String(message)));
        socket.terminate();
      });
      socket.on('unexpected-response', async (_req, res) => {
        let text = '';
        for await (const chunk of res) text += chunk;
        resolve(`${res.statusCode} ${JSON.parse(text).code}`);
      });
    });
  }

  const UNREACHABLE = '502 upstream_unreachable';
  const clientPair = (issued: Issued) => ({ client_certificate: issued.cert, client_key: issued.key });

  describe.each([
    ['HTTP', overHttp],
    ['WebSocket', overWebSocket],
  ])('over %s', (_, ask) => {
    it.each([
      ['a certificate of the given authority', () => ({ url: good.url, tls: { ca: authority.cert } }), {}],
      [
        'a host name, which it is told',
        () => ({ url: `https://localhost:${good.port}`, tls: { ca: authority.cert } }),
        { sni: 'localhost' },
      ],
      [
        'the name that the service gives, which it is told',
        () => ({ url: named.url, tls: { ca: authority.cert, server_name: 'orders.corp.test' } }),
        { sni: 'orders.corp.test' },
      ],
      [
        'any certificate, unverified, where the service says so',
        () => ({ url: named.url, tls: { verify: false } }),
        {},
      ],
      [
        "the gateway's certificate, which it asks for",
        () => ({ url: strict.url, tls: { ca: authority.cert, ...clientPair(client) } }),
        { client: 'gateway' },
      ],
      [
        "the gateway's certificate without verifying its own",
        () => ({ url: strict.url, tls: { verify: false, ...clientPair(client) } }),
        { client: 'gateway' },
      ],
    ])('is reached by %s', async (_title, wish, seen) => {
      const { url, tls } = wish();
      const { path } = await publish(url, tls);
      expect(await ask(path)).toMatchObject({ url: path, ...seen });
    });

    it.each([
      ['no authority is given for its certificate', () => ({ url: good.url, tls: null })],
      ['another authority is given', () => ({ url: good.url, tls: { ca: other.cert } })],
      ['its certificate is for another name', () => ({ url: named.url, tls: { ca: authority.cert } })],
      [
        'it is asked for by another name',
        () => ({ url: good.url, tls: { ca: authority.cert, server_name: 'orders.corp.test' } }),
      ],
      ['it asks for a certificate and gets none', () => ({ url: strict.url, tls: { ca: authority.cert } })],
      [
        'it asks for a certificate and gets that of another authority',
        () => ({ url: strict.url, tls: { ca: authority.cert, ...clientPair(other.issue()) } }),
      ],
    ])('is not reached where %s', async (_title, wish) => {
      const { url, tls } = wish();
      const { path } = await publish(url, tls);
      expect(await ask(path)).toBe(UNREACHABLE);
      expect(await ask(path)).toBe(UNREACHABLE);
    });

    it('is not reached with a certificate that has expired', async () => {
      const { url } = await serve(authority.issue({ san: 'IP:127.0.0.1', days: -1 }));
      expect(await ask((await publish(url, { ca: authority.cert })).path)).toBe(UNREACHABLE);
    });

    it('is not reached where it speaks no TLS', async () => {
      const plain = createPlainServer((_req, res) => res.end('plain')).listen(0, '127.0.0.1');
      await once(plain, 'listening');
      const { port } = plain.address() as AddressInfo;
      const { path } = await publish(`https://127.0.0.1:${port}`, { verify: false });
      expect(await ask(path)).toBe(UNREACHABLE);
      plain.closeAllConnections();
      plain.close();
    });

    it('is reached again as soon as its service has the right authority, and not after it lost it', async () => {
      const { name, path } = await publish(good.url, { ca: other.cert });
      const [{ service_id: id }] = await gateway.admin('GET', `/services?name=${name}`);
      const trust = (ca: string) => gateway.admin('PATCH', `/services/${id}`, { tls: { ca } });
      expect(await ask(path)).toBe(UNREACHABLE);
      await trust(authority.cert);
      expect(await ask(path)).toMatchObject({ url: path });
      await trust(other.cert);
      expect(await ask(path)).toBe(UNREACHABLE);
    });
  });

  it('may speak TLS 1.2 only', async () => {
    const { url } = await serve(authority.issue({ san: 'IP:127.0.0.1' }), { maxVersion: 'TLSv1.2' });
    const { path } = await publish(url, { ca: authority.cert });
    expect(await overHttp(path)).toMatchObject({ url: path });
  });

  it('gets several requests on one connection', async () => {
    let connections = 0;
    const { url } = await serve(authority.issue({ san: 'IP:127.0.0.1' }));
    servers.at(-1)?.on('secureConnection', () => {
      connections += 1;
    });
    const { path } = await publish(url, { ca: authority.cert });
    for (let round = 0; round < 3; round += 1) expect(await overHttp(path)).toMatchObject({ url: path });
    expect(connections).toBe(1);
  });

  it('is looked after by a health check over TLS', async () => {
    const health_check = { path: '/up', interval_ms: 200, timeout_ms: 1000, healthy_after: 1, unhealthy_after: 1 };
    const tls = { ca: authority.cert, ...clientPair(client) };
    const well = await publish(strict.url, tls, { health_check });
    const ill = await publish(strict.url, { ca: authority.cert }, { health_check });
    const isDown = async () => (await overHttp(ill.path)) === '503 no_healthy_upstream';
    while (!(await isDown())) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await overHttp(well.path)).toMatchObject({ client: 'gateway' });
  });

  it('has its key shown to nobody', async () => {
    const { name } = await publish(strict.url, { ca: authority.cert, ...clientPair(client) });
    const shown = await gateway.admin('GET', `/services?name=${name}`);
    expect(shown[0].tls).toMatchObject({ client_certificate: client.cert });
    expect(JSON.stringify(shown)).not.toContain('PRIVATE KEY');
    expect(JSON.stringify(gateway.log)).not.toContain('PRIVATE KEY');
  });
});
