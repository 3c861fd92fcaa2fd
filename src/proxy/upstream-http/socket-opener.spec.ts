import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { CertificateAuthority, describeWithCertificates } from '../../../test/support/certificates';
import { ReplyRecord } from '../../../test/support/reply-record';
import type { UpstreamTls } from '../../core/policy-service';
import { ConnectionPool } from './connection-pool';
import { SocketOpener } from './socket-opener';
import { toUpstreamRequest } from './upstream-request';

const BIG = 300_000;

async function ask(url: string, tls: Partial<UpstreamTls> | undefined, socketPath?: string): Promise<ReplyRecord> {
  const all = {
    ca: undefined,
    clientCertificate: undefined,
    clientKey: undefined,
    serverName: undefined,
    verify: true,
  };
  const opener = new SocketOpener({ url: new URL(url), socketPath, tls: tls && { ...all, ...tls } });
  const pool = new ConnectionPool(opener, 2_000);
  const reply = new ReplyRecord();
  pool.send(toUpstreamRequest({ method: 'GET', target: '/', fields: '\r\nHost: x', body: null, bodyLength: 0 }), reply);
  await reply.done;
  pool.destroy();
  return reply;
}

describe('a socket to an upstream', () => {
  it('goes to a path instead of a host', async () => {
    const path = join(tmpdir(), `gatewarden-opener-${process.pid}.sock`);
    const server = createHttpServer((req, res) => res.end(req.url)).listen(path);
    await once(server, 'listening');
    expect((await ask('http://localhost', undefined, path)).body).toBe('/');
    server.close();
  });

  it('goes to an IPv6 address', async () => {
    const server = createHttpServer((_, res) => res.end('six')).listen(0, '::1');
    await once(server, 'listening');
    expect((await ask(`http://[::1]:${(server.address() as AddressInfo).port}`, undefined)).body).toBe('six');
    server.close();
  });
});

describeWithCertificates('a TLS socket to an upstream', () => {
  let authority: CertificateAuthority;
  let stranger: CertificateAuthority;
  let server: Server;
  let url: string;
  const seen: { name: unknown; client: string | undefined; isResumed: boolean }[] = [];

  beforeAll(async () => {
    authority = CertificateAuthority.create();
    stranger = CertificateAuthority.create('Stranger');
    const { cert, key } = authority.issue({ san: 'DNS:upstream.example, DNS:localhost' });
    server = createServer({ cert, key, ca: authority.cert, requestCert: true, rejectUnauthorized: false });
    server.on('secureConnection', (socket: TLSSocket) => {
      const client = socket.authorized ? socket.getPeerCertificate().subject.CN : undefined;
      seen.push({ name: socket.servername, client: client?.toString(), isResumed: socket.isSessionReused() });
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${BIG}\r\n\r\n${'x'.repeat(BIG)}`));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    authority.remove();
    stranger.remove();
  });

  it('reads a reply of many records', async () => {
    const reply = await ask(url, { ca: authority.cert, serverName: 'upstream.example' });
    expect(reply.error).toBeUndefined();
    expect(reply.body).toBe('x'.repeat(BIG));
    expect(seen.at(-1)).toMatchObject({ name: 'upstream.example', client: undefined });
  });

  it('shows a client certificate', async () => {
    const { cert, key } = authority.issue({ subject: '/CN=gateway', usage: 'clientAuth' });
    const tls = { ca: authority.cert, serverName: 'upstream.example', clientCertificate: cert, clientKey: key };
    expect((await ask(url, tls)).error).toBeUndefined();
    expect(seen.at(-1)).toMatchObject({ client: 'gateway' });
  });

  it('asks for the host by name where no other name is set', async () => {
    const local = url.replace('127.0.0.1', 'localhost');
    expect((await ask(local, { ca: authority.cert })).error).toBeUndefined();
    expect(seen.at(-1)).toMatchObject({ name: 'localhost' });
  });

  it.each([
    ['an authority it does not know', () => undefined],
    ['no authority set, only those Node trusts', () => ({})],
    ['another authority', () => ({ ca: stranger.cert, serverName: 'upstream.example' })],
    ['another name', () => ({ ca: authority.cert, serverName: 'other.example' })],
    ['an address that the certificate does not name', () => ({ ca: authority.cert })],
  ])('sends nothing to %s', async (_, tls) => {
    const reply = await ask(url, tls());
    expect(reply.error).toBeDefined();
    expect(reply.events).toEqual(['failed']);
  });

  it('believes any certificate where that is switched off', async () => {
    expect((await ask(url, { verify: false })).error).toBeUndefined();
  });

  it('cannot be made of a certificate that is none', () => {
    const opener = new SocketOpener({
      url: new URL(url),
      socketPath: undefined,
      tls: { ca: undefined, clientCertificate: 'none', clientKey: 'none', serverName: undefined, verify: true },
    });
    const onread = { buffer: Buffer.alloc(1), callback: () => true };
    expect(() => opener.open(onread)).toThrow();
  });
});
