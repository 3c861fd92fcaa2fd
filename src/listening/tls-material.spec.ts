import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { SettingsError } from '../../config/settings-error';
import type { TlsFiles } from '../../config/tls-files';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../../test/support/certificates';
import { loadTlsMaterial } from './tls-material';

describeWithCertificates('loadTlsMaterial', () => {
  let authority: CertificateAuthority;
  let issued: Issued;
  let other: Issued;

  beforeAll(() => {
    authority = CertificateAuthority.create();
    issued = authority.issue({ san: 'DNS:localhost' });
    other = authority.issue({ san: 'DNS:localhost' });
  });
  afterAll(() => authority?.remove());

  const files = (cert: string, key: string, clientCa?: string): TlsFiles => ({
    listener: 'proxy',
    cert: { name: 'PROXY_TLS_CERT', path: cert },
    key: { name: 'PROXY_TLS_KEY', path: key },
    clientCa: clientCa === undefined ? undefined : { name: 'PROXY_TLS_CLIENT_CA', path: clientCa },
  });

  async function faultsOf(named: TlsFiles): Promise<string[]> {
    try {
      await loadTlsMaterial(named);
    } catch (error) {
      if (error instanceof SettingsError) return error.faults.map(({ name, message }) => `${name} ${message}`);
      throw error;
    }
    return [];
  }

  function fileOf(content: string): string {
    const path = `${issued.certFile}.${Math.random()}`;
    writeFileSync(path, content);
    return path;
  }

  it('reads a certificate with its key, and the authorities of clients', async () => {
    const material = await loadTlsMaterial(files(issued.certFile, issued.keyFile, authority.certFile));
    expect(String(material.cert)).toBe(issued.cert);
    expect(String(material.key)).toBe(issued.key);
    expect(String(material.ca)).toBe(authority.cert);
    expect(material.leaf.subject).toBe('CN=web');
  });

  it('is the same object while the files hold the same', async () => {
    const known = await loadTlsMaterial(files(issued.certFile, issued.keyFile, authority.certFile));
    expect(await loadTlsMaterial(files(issued.certFile, issued.keyFile, authority.certFile), known)).toBe(known);
    expect(await loadTlsMaterial(files(other.certFile, other.keyFile, authority.certFile), known)).not.toBe(known);
    const moreCas = fileOf(authority.cert + authority.cert);
    expect(await loadTlsMaterial(files(issued.certFile, issued.keyFile, moreCas), known)).not.toBe(known);
  });

  it('takes a chain, its own certificate first, and a key behind its parameters', async () => {
    const chain = fileOf(`# made by hand\n${issued.cert}${authority.cert}`);
    const parameters = execFileSync('openssl', ['ecparam', '-name', 'prime256v1'], { encoding: 'utf8' });
    expect(await faultsOf(files(chain, fileOf(parameters + issued.key)))).toEqual([]);
    expect(await faultsOf(files(fileOf(authority.cert + issued.cert), issued.keyFile))).toEqual([
      expect.stringMatching(/^PROXY_TLS_KEY is not the private key/),
    ]);
  });

  it('names everything that is wrong, by setting, with the path', async () => {
    expect(await faultsOf(files('/nowhere/cert.pem', '/nowhere/key.pem', '/nowhere/ca.pem'))).toEqual([
      expect.stringMatching(/^PROXY_TLS_CERT cannot be read: ENOENT \(\/nowhere\/cert.pem\)/),
      expect.stringMatching(/^PROXY_TLS_KEY cannot be read: ENOENT/),
      expect.stringMatching(/^PROXY_TLS_CLIENT_CA cannot be read: ENOENT/),
    ]);
  });

  it.each([
    [
      'a key of another certificate',
      () => files(issued.certFile, other.keyFile),
      /^PROXY_TLS_KEY is not the private key/,
    ],
    ['files the wrong way round', () => files(issued.keyFile, issued.certFile), /^PROXY_TLS_CERT holds no PEM cert/],
    ['an empty certificate', () => files(fileOf(''), issued.keyFile), /^PROXY_TLS_CERT holds no PEM certificate/],
    ['an empty key', () => files(issued.certFile, fileOf('')), /^PROXY_TLS_KEY holds no PEM private key/],
    ['half a certificate', () => files(fileOf(issued.cert.slice(0, 200)), issued.keyFile), /^PROXY_TLS_CERT holds no/],
    [
      'a broken certificate',
      () => files(fileOf(issued.cert.replace(/\n[A-Za-z0-9+/]{20}/, '\nAAAAAAAAAAAAAAAAAAAA')), issued.keyFile),
      /^PROXY_TLS_CERT holds a certificate that cannot be read/,
    ],
    ['a directory', () => files('/tmp', issued.keyFile), /^PROXY_TLS_CERT cannot be read: EISDIR/],
    // Node would believe every authority in the world instead.
    [
      'authorities of which there are none',
      () => files(issued.certFile, issued.keyFile, fileOf('\n')),
      /^PROXY_TLS_CLIENT_CA holds no/,
    ],
    [
      'a broken authority behind a good one',
      () => files(issued.certFile, issued.keyFile, fileOf(`${authority.cert}${authority.cert.replace('MII', 'AII')}`)),
      /^PROXY_TLS_CLIENT_CA holds a certificate that cannot be read/,
    ],
  ])('refuses %s', async (_, named, fault) => {
    expect(await faultsOf(named())).toContainEqual(expect.stringMatching(fault));
  });

  it('refuses an encrypted key and names the cure', async () => {
    const encrypted = fileOf('');
    execFileSync('openssl', ['pkey', '-in', issued.keyFile, '-aes256', '-passout', 'pass:hunter2', '-out', encrypted]);
    const [fault = ''] = await faultsOf(files(issued.certFile, encrypted));
    expect(fault).toMatch(/^PROXY_TLS_KEY holds an encrypted key.*openssl pkey/);
  });

  it('refuses a key that TLS finds too short', async () => {
    const [cert, key] = [fileOf(''), fileOf('')];
    const short = ['req', '-x509', '-newkey', 'rsa:512', '-nodes', '-subj', '/CN=x', '-keyout', key, '-out', cert];
    execFileSync('openssl', short, { stdio: 'ignore' });
    expect(await faultsOf(files(cert, key))).toEqual([
      expect.stringMatching(/^PROXY_TLS_CERT cannot be used: .*small/),
    ]);
  });

  it('tells no content of a key', async () => {
    const faults = await faultsOf(files(issued.keyFile, fileOf(issued.key.replace('PRIVATE', 'PRIVAT'))));
    expect(faults.join()).not.toContain(issued.key.split('\n')[1]);
    expect(faults).toHaveLength(2);
  });
});
