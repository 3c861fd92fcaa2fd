import { X509Certificate } from 'node:crypto';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../../../test/support/certificates';
import { readForwardedClientCert } from './forwarded-client-cert';

const HASH = '468ed33be74eee6556d90c0149c1309e9ba61d6425303443c0748a02dd8de688';
const OTHER = '0'.repeat(64);
const known = (some: object) => ({
  fingerprint: undefined,
  sanUris: [],
  subject: undefined,
  validUntilMs: Number.POSITIVE_INFINITY,
  ...some,
});

describe('readForwardedClientCert', () => {
  it.each([
    ['a hash', `Hash=${HASH}`, known({ fingerprint: HASH })],
    ['a hash in upper case', `hash=${HASH.toUpperCase()}`, known({ fingerprint: HASH })],
    [
      'what Envoy sends',
      `By=spiffe://corp.test/gw;Hash=${HASH};Subject="CN=web,OU=A\\, B";URI=spiffe://corp.test/web;DNS=a.test;DNS=b.test`,
      known({ fingerprint: HASH, sanUris: ['spiffe://corp.test/web'], subject: 'CN=web,OU=A\\, B' }),
    ],
    ['several URIs', `Hash=${HASH};URI=a:1;URI=b:2`, known({ fingerprint: HASH, sanUris: ['a:1', 'b:2'] })],
    ['a URI alone', 'URI=spiffe://corp.test/web', known({ sanUris: ['spiffe://corp.test/web'] })],
    ['a quoted URI', 'URI="https://a.test/?x=1;y,z"', known({ sanUris: ['https://a.test/?x=1;y,z'] })],
    ['an escaped quote', 'Subject="CN=a\\\\\\"b"', known({ subject: 'CN=a\\"b' })],
    ['a subject that is no name', `Hash=${HASH};Subject="/CN=web"`, known({ fingerprint: HASH })],
    ['the last of several elements', `Hash=${OTHER};URI=a:1,By=x, Hash=${HASH}`, known({ fingerprint: HASH })],
    ['an element in quotes as no element', `By="x,Hash=${OTHER}";Hash=${HASH}`, known({ fingerprint: HASH })],
    ['no certificate from empty values', 'Hash=;Cert="";Subject="";URI=', undefined],
    ['no certificate from what is not its', 'By=spiffe://corp.test/gw;DNS=a.test', undefined],
    ['no certificate from an earlier element', `Hash=${HASH},By=spiffe://corp.test/gw`, undefined],
  ])('reads %s', (_, value, certificate) => {
    expect(readForwardedClientCert(value)).toEqual(certificate);
  });

  it.each([
    ['nothing', ''],
    ['a bare word', 'web'],
    ['a PEM text of another form', '-----BEGIN CERTIFICATE-----'],
    ['a short hash', `Hash=${HASH.slice(1)}`],
    ['a hash with colons', 'Hash=46:8e'],
    ['a hash of letters', `Hash=${'z'.repeat(64)}`],
    ['two hashes in one element', `Hash=${OTHER};Hash=${HASH}`],
    ['two subjects', 'Subject="CN=a";subject="CN=b"'],
    ['a quote that does not end', `Hash=${OTHER};By="x,Hash=${HASH}`],
    ['text behind a quote', `By="x"y;Hash=${HASH}`],
    ['a quote inside a value', `By=x"y";Hash=${HASH}`],
    ['an empty element', `Hash=${HASH},`],
    ['an empty first element', `,Hash=${HASH}`],
    ['an empty pair', `Hash=${HASH};`],
    ['a pair without a key', `=x;Hash=${HASH}`],
    ['spaces in a key', `Ha sh=${HASH}`],
    ['a certificate that is none', 'Cert="abc"'],
    ['a certificate with a bad escape', 'Cert="%E0%A4%A"'],
  ])('refuses %s', (_, value) => {
    expect(readForwardedClientCert(value)).toBe('malformed');
  });
});

describeWithCertificates('readForwardedClientCert, given a certificate,', () => {
  let authority: CertificateAuthority;
  let issued: Issued;
  const cert = (text: string) => encodeURIComponent(text);

  beforeAll(() => {
    authority = CertificateAuthority.create();
    issued = authority.issue({ subject: '/O=Corp/CN=web', san: 'URI:spiffe://corp.test/web' });
  });
  afterAll(() => authority?.remove());

  it.each(['Cert', 'Chain'])('reads all of it from %s, whatever else is told', (key) => {
    const value = `By=x;${key}="${cert(issued.cert)}";Subject="CN=admin";URI=spiffe://corp.test/admin`;
    expect(readForwardedClientCert(value)).toEqual({
      fingerprint: issued.fingerprint,
      sanUris: ['spiffe://corp.test/web'],
      subject: 'CN=web,O=Corp',
      validUntilMs: new X509Certificate(issued.cert).validToDate.getTime(),
    });
  });

  it('takes the leaf, which comes first, of a chain', () => {
    const value = `Chain="${cert(issued.cert + authority.cert)}"`;
    expect(readForwardedClientCert(value)).toMatchObject({ fingerprint: issued.fingerprint });
  });

  it('agrees to a hash that is right and refuses one that is not', () => {
    const value = (hash: string) => `Hash=${hash};Cert="${cert(issued.cert)}"`;
    expect(readForwardedClientCert(value(issued.fingerprint))).toMatchObject({ subject: 'CN=web,O=Corp' });
    expect(readForwardedClientCert(value(HASH))).toBe('malformed');
  });

  it.each([
    ['a broken certificate', (pem: string) => pem.replace(/[A-Za-z0-9]{20}/g, 'AAAAAAAAAAAAAAAAAAAA')],
    ['text in front', (pem: string) => `x${pem}`],
    ['a key', () => issued.key],
  ])('refuses %s', (_, spoil) => {
    expect(readForwardedClientCert(`Cert="${cert(spoil(issued.cert))}"`)).toBe('malformed');
  });
});
