import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { CertificateAuthority, describeWithCertificates, type Wish } from '../../../test/support/certificates';
import { toCanonicalName } from './distinguished-name';
import { toClientCertificate } from './read-certificate';

describeWithCertificates('toClientCertificate', () => {
  let authority: CertificateAuthority;
  const read = (wish: Wish) => toClientCertificate(new X509Certificate(authority.issue(wish).cert));

  beforeAll(() => {
    authority = CertificateAuthority.create();
  });
  afterAll(() => authority?.remove());

  it.each([
    ['/C=DE/O=Corp/CN=web', 'CN=web,O=Corp,C=DE'],
    ['/O=A, B/CN=Müller', 'CN=Müller,O=A\\, B'],
    ['/O= x /CN=#1', 'CN=\\#1,O=\\ x\\ '],
    ['/O=Corp/CN=web+UID=7', 'CN=web+UID=7,O=Corp'],
    ['/O=Corp/CN=a\\=b\\/c', 'CN=a=b/c,O=Corp'],
    ['/DC=test/DC=corp/emailAddress=a@corp.test', 'EMAILADDRESS=a@corp.test,DC=corp,DC=test'],
    ['/CN=x\\\\,O=evil', 'CN=x\\\\\\,O=evil'],
  ])('names the subject %s', (subject, canonical) => {
    expect(read({ subject })).toHaveProperty('subject', canonical);
  });

  it.each([
    '/O=Gewürz & Co. KG/CN=a;b',
    '/C=DE/O= A, B+C /CN=#web+UID=7',
    '/DC=test/emailAddress=a@corp.test/CN=a\\\\b<c>"d"',
    '/organizationIdentifier=VAT-1/CN=x',
  ])('names %s as openssl does, in the form of RFC 2253', (subject) => {
    const { cert, certFile } = authority.issue({ subject });
    const print = ['x509', '-in', certFile, '-noout', '-subject', '-nameopt', 'RFC2253'];
    const printed = execFileSync('openssl', print, { encoding: 'utf8' }).trimEnd().slice('subject='.length);
    const { subject: canonical } = toClientCertificate(new X509Certificate(cert));
    expect(canonical).toBeDefined();
    expect(toCanonicalName(printed)).toBe(canonical);
  });

  it('finds the URIs among other names', () => {
    const san = 'DNS:a.test,URI:spiffe://corp.test/web,IP:::1,email:a@corp.test';
    expect(read({ san })).toHaveProperty('sanUris', ['spiffe://corp.test/web']);
  });

  it('knows no subject and no URIs where there are none', () => {
    expect(read({ subject: '/' })).toMatchObject({ subject: undefined, sanUris: [] });
  });

  it('does not take a name that holds a comma for two', () => {
    const san = '@names\n[names]\nDNS.1=x\\, URI:spiffe://corp.test/admin\nURI.1=https://a.test/\\, URI:spiffe://b/c';
    expect(read({ san }).sanUris).toEqual(['https://a.test/, URI:spiffe://b/c']);
  });
});
