import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../support/certificates';
import { freePort } from '../support/free-port';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { callOverTls } from '../support/tls-client';

const TOKEN = 'admin-token-of-these-tests';

describeWithCertificates('start and doctor with TLS', () => {
  const directory = newRunDirectory();
  let authority: CertificateAuthority;
  let clients: CertificateAuthority;
  let server: Issued;
  let client: Issued;
  let gateway: GatewardenProcess | undefined;
  let env: Record<string, string>;

  beforeAll(async () => {
    authority = CertificateAuthority.create();
    clients = CertificateAuthority.create('Client CA');
    server = authority.issue({ san: 'DNS:localhost', days: 90 });
    client = clients.issue({ subject: '/CN=operator' });
    env = {
      GATEWARDEN_ADMIN_TOKEN: TOKEN,
      PROXY_LISTEN: `127.0.0.1:${await freePort()}`,
      ADMIN_LISTEN: `127.0.0.1:${await freePort()}`,
      PROXY_TLS_CERT: server.certFile,
      PROXY_TLS_KEY: server.keyFile,
      PROXY_TLS_CLIENT_CA: clients.certFile,
      ADMIN_TLS_CERT: server.certFile,
      ADMIN_TLS_KEY: server.keyFile,
      ADMIN_TLS_CLIENT_CA: clients.certFile,
    };
  });
  afterEach(async () => {
    await gateway?.kill();
    gateway = undefined;
  });
  afterAll(() => {
    authority?.remove();
    clients?.remove();
    directory.remove();
  });

  const portOf = (listen = '') => Number(listen.split(':')[1]);
  const start = async (further = {}) => {
    gateway = await GatewardenProcess.start(['start'], directory.path, /Gatewarden is ready/, { ...env, ...further });
    return gateway;
  };
  const doctor = async (further = {}) => {
    const outcome = await GatewardenProcess.run(['doctor', '--json'], directory.path, { ...env, ...further });
    const { checks } = JSON.parse(outcome.stdout) as { checks: { check: string; status: string; detail: string }[] };
    return { code: outcome.code, finding: (name: string) => checks.find(({ check }) => check === name) };
  };
  const admin = (path: string, identity?: Issued) =>
    callOverTls({
      port: portOf(env.ADMIN_LISTEN),
      ca: authority.cert,
      identity,
      path,
      headers: { authorization: `Bearer ${TOKEN}` },
    });

  it('names every file that cannot be used, exits 2 and touches nothing', async () => {
    const { code, stdout, stderr } = await GatewardenProcess.run(['start'], directory.path, {
      ...env,
      PROXY_TLS_KEY: client.keyFile,
      PROXY_TLS_CLIENT_CA: '/nowhere/ca.pem',
      ADMIN_TLS_CERT: server.keyFile,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^gatewarden: the settings are not usable:$/m);
    expect(stderr).toMatch(/^ {2}PROXY_TLS_KEY is not the private key of the certificate in .*\.pem$/m);
    expect(stderr).toMatch(/^ {2}PROXY_TLS_CLIENT_CA cannot be read: ENOENT \(\/nowhere\/ca\.pem\)$/m);
    expect(stderr).toMatch(/^ {2}ADMIN_TLS_CERT holds no PEM certificate/m);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(existsSync(join(directory.path, '.gatewarden'))).toBe(false);
  });

  it('names a missing setting beside all other faults', async () => {
    const further = { PROXY_TLS_KEY: '', LOG_LEVEL: 'loud' };
    const { code, stderr } = await GatewardenProcess.run(['start'], directory.path, { ...env, ...further });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}LOG_LEVEL must be/m);
    expect(stderr).toMatch(/^ {2}PROXY_TLS_KEY is required with PROXY_TLS_CERT/m);
  });

  it('serves the admin API to those alone who show a certificate of its authority', async () => {
    await start();
    expect((await admin('/api/admin/services', client)).status).toBe(200);
    expect((await admin('/health/live', client)).status).toBe(200);
    await expect(admin('/health/live')).rejects.toThrow();
    await expect(admin('/api/admin/services', authority.issue())).rejects.toThrow();
    await expect(admin('/api/admin/services', clients.issue({ days: -1 }))).rejects.toThrow();
    await expect(fetch(`http://${env.ADMIN_LISTEN}/health/live`)).rejects.toThrow();
    const { code } = (await gateway?.stop()) ?? {};
    expect(code).toBe(0);
  });

  it('is well in the eyes of the doctor, while it runs and when it does not', async () => {
    const before = await doctor();
    expect(before.finding('proxy TLS')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/is valid until/),
    });
    expect(before.finding('proxy listener')).toMatchObject({ status: 'ok', detail: expect.stringMatching(/is free/) });
    await start();
    const { code, finding } = await doctor();
    expect(code).toBe(0);
    for (const name of ['proxy listener', 'admin listener']) {
      expect(finding(name)).toMatchObject({ status: 'ok', detail: expect.stringMatching(/is served by a Gatewarden/) });
    }
    expect(finding('database')).toMatchObject({ status: 'warning' });
  });

  it('has its certificates looked at by the doctor', async () => {
    const soon = authority.issue({ days: 3 });
    const late = authority.issue({ days: -1 });
    const { code, finding } = await doctor({
      PROXY_TLS_CERT: soon.certFile,
      PROXY_TLS_KEY: soon.keyFile,
      ADMIN_TLS_CERT: late.certFile,
      ADMIN_TLS_KEY: late.keyFile,
    });
    expect(code).toBe(1);
    expect(finding('proxy TLS')).toMatchObject({ status: 'warning' });
    expect(finding('admin TLS')).toMatchObject({ status: 'failed', detail: expect.stringMatching(/expired at/) });
    const broken = await doctor({ ADMIN_TLS_KEY: client.keyFile });
    expect(broken.finding('admin TLS')).toMatchObject({
      status: 'failed',
      detail: expect.stringMatching(/^ADMIN_TLS_KEY is not the private key/),
    });
  });

  it('does not take any server with TLS for a gateway', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { code, finding } = await doctor({ ADMIN_LISTEN: `127.0.0.1:${(other.address() as AddressInfo).port}` });
    other.close();
    expect(code).toBe(1);
    expect(finding('admin listener')).toMatchObject({ status: 'failed' });
  });
});
