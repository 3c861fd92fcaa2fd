import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectDatabase } from '../../src/database/open-database';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../support/certificates';
import { OwnServer, type ServerKind } from '../support/own-server';
import { installedServers, MARIADB, POSTGRES } from '../support/own-servers';

interface Dialect {
  readonly kind: ServerKind;
  readonly flags: (cert: string, key: string) => string[];
  readonly cipher: string;
  /** The URL's options by what they ask for. */
  readonly options: Record<'off' | 'unverified' | 'authority' | 'identity', string>;
  readonly ca: string;
}

const DIALECTS: Dialect[] = [
  {
    kind: POSTGRES,
    flags: (cert, key) => ['-c', 'ssl=on', '-c', `ssl_cert_file=${cert}`, '-c', `ssl_key_file=${key}`],
    cipher: "SELECT COALESCE(cipher, '') AS cipher FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
    options: {
      off: 'sslmode=disable',
      unverified: 'sslmode=no-verify',
      authority: 'sslmode=verify-ca',
      identity: 'sslmode=require',
    },
    ca: 'sslrootcert',
  },
  {
    kind: MARIADB,
    flags: (cert, key) => [`--ssl-cert=${cert}`, `--ssl-key=${key}`],
    cipher: "SELECT variable_value AS cipher FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'",
    options: {
      off: 'ssl-mode=DISABLED',
      unverified: 'ssl-mode=NO_VERIFY',
      authority: 'ssl-mode=VERIFY_CA',
      identity: 'ssl-mode=REQUIRED',
    },
    ca: 'ssl-ca',
  },
];

const installed = installedServers([POSTGRES, MARIADB], 'TLS to the database');

/** The kind of server, with a certificate its own user can read. */
function withCertificate({ kind, flags }: Dialect, { cert, key }: Issued): ServerKind {
  return {
    ...kind,
    command: (port, directory) => {
      const files = [cert, key].map((text, index) => {
        const file = join(directory, `tls-${index}.pem`);
        writeFileSync(file, text, { mode: 0o600 });
        if (process.getuid?.() === 0) execFileSync('chown', [kind.user ?? '', file]);
        return file;
      });
      return [...kind.command(port, directory), ...flags(files[0] ?? '', files[1] ?? '')];
    },
  };
}

describe.each(DIALECTS.filter(({ kind }) => installed.includes(kind)))('the database on $kind.name', (dialect) => {
  describeWithCertificates('over TLS', () => {
    const { options, ca } = dialect;
    let authority: CertificateAuthority;
    let stranger: CertificateAuthority;
    let server: OwnServer;
    beforeAll(async () => {
      authority = CertificateAuthority.create();
      stranger = CertificateAuthority.create('Another CA');
      server = await OwnServer.start(withCertificate(dialect, authority.issue({ san: 'DNS:localhost' })));
      // PostgreSQL listens a moment before it lets anybody in.
      for (let tries = 0; tries < 100; tries += 1) {
        if (
          await cipherOf('localhost', options.off).then(
            () => true,
            () => false,
          )
        )
          return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }, 60_000);
    afterAll(async () => {
      await server?.close();
      authority?.remove();
      stranger?.remove();
    });

    async function cipherOf(host: string, given: string): Promise<string> {
      const dataSource = await connectDatabase(`${server.url.replace('127.0.0.1', host)}?${given}`);
      const [row] = await dataSource.query(dialect.cipher).finally(() => dataSource.destroy());
      return row.cipher;
    }

    it('is reached as the URL says', async () => {
      expect(await cipherOf('localhost', options.off)).toBe('');
      expect(await cipherOf('127.0.0.1', options.unverified)).toMatch(/^TLS_|GCM/);
      expect(await cipherOf('127.0.0.1', `${options.authority}&${ca}=${authority.certFile}`)).toMatch(/^TLS_|GCM/);
      expect(await cipherOf('localhost', `${ca}=${authority.certFile}`)).toMatch(/^TLS_|GCM/);
    });

    it.each([
      [
        'a certificate of another name',
        '127.0.0.1',
        () => `${ca}=${authority.certFile}`,
        /not match certificate|needs a host name/,
      ],
      ['an authority nobody named', 'localhost', () => options.identity, /self.signed|unable to (?:verify|get)/i],
      [
        'another authority',
        'localhost',
        () => `${options.authority}&${ca}=${stranger.certFile}`,
        /self.signed|unable to|signature/i,
      ],
      [
        'a file that is not there',
        'localhost',
        () => `${ca}=/no/such.pem`,
        /the file \/no\/such\.pem that the option \S+ of its URL names cannot be read \(ENOENT\)/,
      ],
    ])('is refused with %s', async (_, host, given, message) => {
      await expect(cipherOf(host, given())).rejects.toThrow(message);
    });
  });
});
