import { X509Certificate } from 'node:crypto';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../../../test/support/certificates';
import { forwardedCertificate } from './forwarded-certificate';

const HASH = 'ab'.repeat(32);

describe('forwardedCertificate', () => {
  it('knows of none without its fields', () => {
    expect(forwardedCertificate(['Host', 'a.test', 'X-Original-Method', 'GET'])).toBeUndefined();
  });

  it.each(['X-Forwarded-Client-Cert', 'x-forwarded-client-cert'])('reads %s', (name) => {
    expect(forwardedCertificate([name, `Hash=${HASH}`])).toMatchObject({ fingerprint: HASH });
  });

  it.each([
    ['X_Forwarded_Client_Cert', `Hash=${HASH}`],
    ['X-Forwarded.Client-Cert', `Hash=${HASH}`],
    ['X-SSL-Client-Cert', 'abc'],
    ['Client_Cert', ':AQ==:'],
    ['Client-Cert-Chain', ':AQ==:'],
    ['Klient-Cert', ':AQ==:'],
  ])('does not take %s for its fields', (name, value) => {
    expect(forwardedCertificate([name, value])).toBeUndefined();
  });

  it.each([
    ['X-Forwarded-Client-Cert', ''],
    ['X-Forwarded-Client-Cert', '  '],
    ['Client-Cert', ''],
    ['Client-Cert', '::'],
  ])('takes an empty %s of %p for no certificate', (name, value) => {
    expect(forwardedCertificate([name, value])).toBeUndefined();
  });

  it.each([
    ['X-Forwarded-Client-Cert', 'Hash=abc'],
    ['X-Forwarded-Client-Cert', ':AQ==:'],
    ['Client-Cert', `Hash=${HASH}`],
    ['Client-Cert', ':AQ==:'],
    ['Client-Cert', ':AQ:'],
  ])('refuses %s of %p', (name, value) => {
    expect(forwardedCertificate([name, value])).toBe('forwarded_certificate_malformed');
    expect(forwardedCertificate([name, value])).toBe('forwarded_certificate_malformed');
  });

  it.each([
    ['both fields', ['X-Forwarded-Client-Cert', `Hash=${HASH}`, 'Client-Cert', '::']],
    ['the same twice', ['X-Forwarded-Client-Cert', `Hash=${HASH}`, 'X-Forwarded-Client-Cert', `Hash=${HASH}`]],
    ['an empty one and a full one', ['Client-Cert', '', 'X-Forwarded-Client-Cert', `Hash=${HASH}`]],
  ])('refuses %s', (_, rawHeaders) => {
    expect(forwardedCertificate(rawHeaders)).toBe('forwarded_certificate_repeated');
  });

  it('does not mix certificates up, however many it has seen', () => {
    const hashOf = (index: number) => index.toString(16).padStart(64, '0');
    for (const index of [...Array(1_200).keys(), 0, 700, 1_199]) {
      const value = `Hash=${hashOf(index)}`;
      expect(forwardedCertificate(['X-Forwarded-Client-Cert', value])).toMatchObject({ fingerprint: hashOf(index) });
    }
  });
});

describeWithCertificates('forwardedCertificate, given Client-Cert,', () => {
  let authority: CertificateAuthority;
  let issued: Issued;
  let der: Buffer;

  beforeAll(() => {
    authority = CertificateAuthority.create();
    issued = authority.issue({ subject: '/O=Corp/CN=web' });
    der = new X509Certificate(issued.cert).raw;
  });
  afterAll(() => authority?.remove());

  it('reads the certificate, and the same from what it remembers', () => {
    const fields = ['Client-Cert', `:${der.toString('base64')}:`];
    const certificate = forwardedCertificate(fields);
    expect(certificate).toMatchObject({ fingerprint: issued.fingerprint, subject: 'CN=web,O=Corp' });
    expect(forwardedCertificate(fields)).toBe(certificate);
  });

  it('does not take a value it remembers for one of the other field', () => {
    forwardedCertificate(['Client-Cert', `:${der.toString('base64')}:`]);
    const value = `:${der.toString('base64')}:`;
    expect(forwardedCertificate(['X-Forwarded-Client-Cert', value])).toBe('forwarded_certificate_malformed');
  });

  it.each([
    ['octets behind the certificate', (octets: Buffer) => Buffer.concat([octets, Buffer.from([0])])],
    ['a certificate cut short', (octets: Buffer) => octets.subarray(0, -1)],
    ['PEM in place of DER', () => Buffer.from(issued.cert)],
  ])('refuses %s', (_, spoil) => {
    const value = `:${spoil(der).toString('base64')}:`;
    expect(forwardedCertificate(['Client-Cert', value])).toBe('forwarded_certificate_malformed');
  });
});
