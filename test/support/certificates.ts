import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A certificate with its private key, both PEM, and the files they lie in. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** SHA-256 of the DER form, lower-case hex without colons. */
  readonly fingerprint: string;
}

export interface Wish {
  /** As openssl takes it: `/C=DE/O=Corp/CN=web`. */
  readonly subject?: string;
  /** As in `URI:spiffe://corp.test/web, DNS:localhost`. */
  readonly san?: string;
  /** Below zero for one that has expired. */
  readonly days?: number;
  readonly usage?: 'clientAuth' | 'serverAuth';
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** Real certificates, made by the openssl command. */
export class CertificateAuthority {
  private made = 0;

  private constructor(
    private readonly directory: string,
    readonly cert: string,
    readonly certFile: string,
  ) {}

  static create(name = 'Test CA'): CertificateAuthority {
    const directory = mkdtempSync(join(tmpdir(), 'gatewarden-ca-'));
    const certFile = join(directory, 'ca.pem');
    openssl('req', '-x509', ...KEY, '-keyout', join(directory, 'ca.key'), '-out', certFile, '-subj', `/CN=${name}`);
    return new CertificateAuthority(directory, readFileSync(certFile, 'utf8'), certFile);
  }

  issue(wish: Wish = {}): Issued {
    return this.issueBy({ certFile: this.certFile, keyFile: join(this.directory, 'ca.key') }, wish);
  }

  /** A certificate that another one than this authority's has signed. */
  issueBy(
    signer: Pick<Issued, 'certFile' | 'keyFile'>,
    { subject = '/CN=web', san, days = 2, usage }: Wish = {},
  ): Issued {
    this.made += 1;
    const file = (extension: string) => join(this.directory, `${this.made}.${extension}`);
    openssl('req', '-new', '-utf8', ...KEY, '-keyout', file('key'), '-out', file('csr'), '-subj', subject);
    const extensions = ['basicConstraints=CA:FALSE', ...(usage ? [`extendedKeyUsage=${usage}`] : [])];
    writeFileSync(file('cnf'), [...extensions, ...(san ? [`subjectAltName=${san}`] : []), ''].join('\n'));
    const ca = ['-CA', signer.certFile, '-CAkey', signer.keyFile, '-CAcreateserial'];
    const request = ['-req', '-in', file('csr'), '-out', file('pem'), '-days', String(days), '-extfile', file('cnf')];
    openssl('x509', ...request, ...ca);
    const cert = readFileSync(file('pem'), 'utf8');
    const fingerprint = new X509Certificate(cert).fingerprint256.replaceAll(':', '').toLowerCase();
    return { cert, key: readFileSync(file('key'), 'utf8'), certFile: file('pem'), keyFile: file('key'), fingerprint };
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** `describe` for suites that need certificates; skips them, and says so, where there is no openssl to make them with. */
export function describeWithCertificates(title: string, suite: () => void): void {
  if (hasOpenssl()) {
    describe(title, suite);
    return;
  }
  process.stderr.write(`Skipping “${title}”: it needs the openssl command.\n`);
  describe.skip(title, suite);
}

function hasOpenssl(): boolean {
  try {
    openssl('version');
    return true;
  } catch {
    return false;
  }
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 20_000 });
}
