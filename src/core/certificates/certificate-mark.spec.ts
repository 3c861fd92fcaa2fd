import type { ClientCertificate } from '../client-certificate';
import { marksOf, readMark, toMark } from './certificate-mark';

const certificate: ClientCertificate = {
  fingerprint: 'ab'.repeat(32),
  sanUris: ['spiffe://corp.test/web'],
  subject: 'CN=web',
  validUntilMs: 0,
};

describe('marksOf', () => {
  it('names the fingerprint first, then the SAN URI, then the subject', () => {
    expect(marksOf(certificate)).toEqual([
      `fingerprint:${'ab'.repeat(32)}`,
      'san_uri:spiffe://corp.test/web',
      'subject:CN=web',
    ]);
  });

  it('keeps several URIs in order, and no SPIFFE id among them', () => {
    const sanUris = ['https://a.test/2', 'spiffe://corp.test/web', 'https://a.test/1'];
    expect(marksOf({ ...certificate, fingerprint: undefined, subject: undefined, sanUris })).toEqual([
      'san_uri:https://a.test/2',
      'san_uri:https://a.test/1',
    ]);
  });

  it('has none where nothing is known', () => {
    expect(marksOf({ fingerprint: undefined, sanUris: [], subject: undefined, validUntilMs: 0 })).toEqual([]);
  });

  it('makes marks that cannot be taken for one another', () => {
    expect(toMark('subject', 'CN=x')).not.toBe(toMark('san_uri', 'CN=x'));
    expect(readMark(toMark('san_uri', 'subject:CN=x'))).toEqual({ kind: 'san_uri', value: 'subject:CN=x' });
  });
});
