import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { describeSettings } from '../../config/describe-settings';
import { loadSettings } from '../../config/settings';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';

const ROOT = join(__dirname, '..', '..');
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'docs/settings.md',
  'docs/operations.md',
  'docs/security.md',
  'docs/people.md',
  'docs/users-table.md',
  'docs/front-proxies.md',
];

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const scripts = JSON.parse(read('package.json')).scripts as Record<string, string>;

describe('the first protected route of the README', () => {
  const directory = newRunDirectory();
  const blocks = [...read('README.md').matchAll(/```sh\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  let upstream: Server;
  let gateway: GatewardenProcess;

  beforeAll(async () => {
    upstream = createServer((_, response) => response.end('hello\n')).listen(0, '127.0.0.1');
    await once(upstream, 'listening');
    gateway = await GatewardenProcess.start(['start'], directory.path, /Gatewarden is ready/);
  }, 90_000);

  afterAll(async () => {
    await gateway?.kill();
    upstream?.close();
    directory.remove();
  });

  it('works as it is printed, with the token of the first start', async () => {
    const [, token = ''] = /^Admin token \(shown only this once\): (\S+)$/m.exec(gateway.stdout) ?? [];
    const [, proxy = '', admin = ''] = /"proxy":"([^"]+)",.*"admin":"([^"]+)"/.exec(gateway.stdout) ?? [];
    const preparation = blocks.find((text) => text.startsWith('TOKEN=')) ?? '';
    const calls = blocks.find((text) => text.startsWith('ROUTE=')) ?? '';
    const script = `${preparation}${calls}`
      .replace('TOKEN=gwa_...', `TOKEN=${token}`)
      .replaceAll('127.0.0.1:8081', admin)
      .replaceAll('127.0.0.1:8080', proxy)
      .replaceAll('127.0.0.1:3000', `127.0.0.1:${(upstream.address() as AddressInfo).port}`);

    const { stdout } = await promisify(execFile)('bash', ['-euc', script]);

    expect(calls.trim().split('\n')).toHaveLength(5);
    const promised = [...calls.matchAll(/# (\d{3})$/gm)].map(([, status]) => status);
    expect([...stdout.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status)).toEqual(promised);
    expect(promised).toEqual(['401', '200']);
    expect(stdout).toMatch(/hello\n$/);
  });
});

describe('the documents', () => {
  it.each(DOCUMENTS)('%s links to nothing that is missing', (document) => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    const missing = links.filter((link) => !existsSync(join(ROOT, dirname(document), link)));
    expect(missing).toEqual([]);
  });

  it.each(DOCUMENTS)('%s names no file or npm script that does not exist', (document) => {
    const text = read(document);
    const files = [...text.matchAll(/`((?:src|config|migrations|test|docs)\/[\w./-]+\.\w+)`/g)].map(
      ([, file = '']) => file,
    );
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it('tell every setting with its default, and no other', () => {
    const rows = describeSettings(loadSettings({ env: {} })).map(({ name, value, doc }) => {
      const isUnset = value === null || (Array.isArray(value) && value.length === 0);
      return `| \`${name}\` | ${isUnset ? 'unset' : `\`${value}\``} | ${doc} |`;
    });
    const printed = read('docs/settings.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(printed).toEqual(rows);
  });

  it('stand in the README, whose test command exists', () => {
    const linked = DOCUMENTS.filter((document) => document !== 'README.md').map((document) => relative('.', document));
    expect(linked.filter((document) => !read('README.md').includes(`](${document})`))).toEqual([]);
    expect(scripts).toHaveProperty('test');
  });
});
