import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import type { TlsFiles } from '../../config/tls-files';
import { CertificateAuthority, describeWithCertificates, type Issued } from '../../test/support/certificates';
import { loadTlsMaterial, type TlsMaterial } from './tls-material';
import { TlsReload } from './tls-reload';

const INTERVAL_MS = 10;

describeWithCertificates('TlsReload', () => {
  let authority: CertificateAuthority;
  let files: TlsFiles;
  let reload: TlsReload | undefined;
  let taken: string[];
  let warnings: string[];

  beforeAll(() => {
    authority = CertificateAuthority.create();
  });
  afterAll(() => authority?.remove());
  beforeEach(() => {
    taken = [];
    warnings = [];
    jest.spyOn(Logger.prototype, 'log').mockImplementation(() => undefined);
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((message) => void warnings.push(String(message)));
  });
  afterEach(() => {
    reload?.stop();
    jest.restoreAllMocks();
  });

  async function start(first: Issued): Promise<void> {
    const path = `${first.certFile}.live`;
    files = {
      listener: 'proxy',
      cert: { name: 'PROXY_TLS_CERT', path },
      key: { name: 'PROXY_TLS_KEY', path: `${path}.key` },
      clientCa: undefined,
    };
    put(first);
    const renew = ({ leaf }: TlsMaterial) => taken.push(leaf.subject);
    reload = new TlsReload(files, await loadTlsMaterial(files), renew, INTERVAL_MS);
    reload.start();
  }

  function put({ cert, key }: { cert: string; key: string }): void {
    for (const [path, text] of [
      [files.cert.path, cert],
      [files.key.path, key],
    ] as const) {
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
    }
  }

  const turns = (count: number) => new Promise((resolve) => setTimeout(resolve, count * INTERVAL_MS));
  const until = async (isSo: () => boolean) => {
    for (let turn = 0; turn < 200 && !isSo(); turn += 1) await turns(1);
    expect(isSo()).toBe(true);
  };

  it('hands on a new pair once, and nothing while nothing changes', async () => {
    await start(authority.issue({ subject: '/CN=one' }));
    await turns(5);
    expect(taken).toEqual([]);
    put(authority.issue({ subject: '/CN=two' }));
    await until(() => taken.length > 0);
    await turns(5);
    expect(taken).toEqual(['CN=two']);
    expect(warnings).toEqual([]);
  });

  it('notices an exchanged symbolic link', async () => {
    const [one, two] = [authority.issue({ subject: '/CN=one' }), authority.issue({ subject: '/CN=two' })];
    await start(one);
    for (const [link, target] of [
      [files.cert.path, two.certFile],
      [files.key.path, two.keyFile],
    ] as const) {
      symlinkSync(target, `${link}.link`);
      renameSync(`${link}.link`, link);
    }
    await until(() => taken.length > 0);
    expect(taken).toEqual(['CN=two']);
  });

  it('keeps the old pair while the new files do not belong together, and warns once', async () => {
    const [one, two] = [authority.issue({ subject: '/CN=one' }), authority.issue({ subject: '/CN=two' })];
    await start(one);
    put({ cert: two.cert, key: one.key });
    await until(() => warnings.length > 0);
    await turns(10);
    expect(warnings).toEqual([expect.stringMatching(/keeps its certificate.*PROXY_TLS_KEY is not the private key/)]);
    expect(taken).toEqual([]);
    put(two);
    await until(() => taken.length > 0);
    expect(taken).toEqual(['CN=two']);
  });

  it('warns anew of another fault, and of the same one after it was gone', async () => {
    const one = authority.issue({ subject: '/CN=one' });
    await start(one);
    rmSync(files.key.path);
    await until(() => warnings.length === 1);
    put({ cert: one.cert, key: 'no key' });
    await until(() => warnings.length === 2);
    put(one);
    await turns(10);
    rmSync(files.key.path);
    await until(() => warnings.length === 3);
    expect(warnings[0]).toMatch(/PROXY_TLS_KEY cannot be read: ENOENT/);
    expect(warnings[1]).toMatch(/PROXY_TLS_KEY holds no PEM private key/);
    expect(warnings[2]).toMatch(/ENOENT/);
    expect(taken).toEqual([]);
  });

  it('says nothing of files that are being exchanged', async () => {
    const [one, two] = [authority.issue({ subject: '/CN=one' }), authority.issue({ subject: '/CN=two' })];
    await start(one);
    put({ cert: two.cert, key: one.key });
    put(two);
    await until(() => taken.length > 0);
    expect(warnings).toEqual([]);
  });

  it('warns of a certificate that has expired', async () => {
    await start(authority.issue({ subject: '/CN=old', days: -1 }));
    expect(warnings).toEqual([expect.stringMatching(/expired at .*; clients will refuse it/)]);
  });

  it('stops looking when it is told to', async () => {
    await start(authority.issue({ subject: '/CN=one' }));
    reload?.stop();
    put(authority.issue({ subject: '/CN=two' }));
    await turns(10);
    expect(taken).toEqual([]);
  });
});
