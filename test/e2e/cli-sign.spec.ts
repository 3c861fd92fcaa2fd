import { execFile } from 'node:child_process';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { Gateway } from '../support/gateway';
import { RecordingUpstream } from '../support/recording-upstream';

const HMAC = { auth_required: true, auth_type: 'hmac' };
const PROTECT = { auth_required: false, protect: true };

const directory = newRunDirectory();
let gateway: Gateway;
let upstream: RecordingUpstream;
let client: { client_id: string; shared_secret: string };
let protectKey: { key: string };
beforeAll(async () => {
  upstream = await RecordingUpstream.start();
  gateway = await Gateway.start();
  client = await gateway.admin('POST', '/clients', {
    client_name: 'Signer',
    alias: 'legacy-7',
    shared_secret: { value: "a secret that isn't $HOME" },
  });
  protectKey = await gateway.admin('POST', '/protect-keys', { app: 'ios', generate: true });
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD'];
  for (const [pattern, demand, versions] of [
    ['/signed/*', HMAC, ['v1', 'v2']],
    ['/protected/*', PROTECT, ['v1', 'v2']],
    ['/strict/*', PROTECT, ['v2']],
  ] as const) {
    const route = {
      methods: Object.fromEntries(methods.map((method) => [method, demand])),
      protect_versions: versions,
    };
    const { routeId } = await gateway.publish({ upstreams: [upstream.url], isPublic: true, pattern, route });
    if (demand !== HMAC) continue;
    const permission = { client_id: client.client_id, route_id: routeId, allowed_methods: methods };
    await gateway.admin('POST', '/permissions', permission);
  }
});
afterAll(async () => {
  await gateway?.close();
  await upstream?.close();
  directory.remove();
});

const sign = (words: string[], env = {}, input = '') =>
  GatewardenProcess.run(['sign', ...words], directory.path, env, input);

/** What the command prints. */
async function print(words: string[], env = {}, input = ''): Promise<string> {
  const { code, stdout, stderr } = await sign(words, env, input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The status a printed line gets when a shell runs it. */
function run(line: string): Promise<number> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], { timeout: 10_000 }, (error, stdout) => {
      if (error) reject(error);
      else resolve(Number(/^HTTP\/1\.1 (\d{3})/m.exec(stdout)?.[1]));
    });
  });
}

const hmac = (...words: string[]) =>
  print(['hmac', '--client', client.client_id, '--secret', client.shared_secret, ...words]);
const url = (path: string) => gateway.proxyUrl + path;

describe('sign hmac', () => {
  it.each([
    ['GET', '/signed/1', []],
    ['get', '/signed/%7eme/a b?q=ü&r=%2f', []],
    ['GET', '/signed/[1]?{a}&b[]=1', []],
    ['HEAD', '/signed/1', []],
    ['DELETE', '/signed/1', []],
    ['POST', '/signed/1', ['--body', '{"name": "it\'s ü", "$HOME": `id`}\n']],
    ['PUT', '/signed/1', ['--body', '@/etc/hostname']],
  ])('prints a line that is let in: %s %s %j', async (method, path, more) => {
    const line = await hmac(method, url(path), ...more);
    expect(line).toMatch(/^curl .*\n$/s);
    expect(await run(line)).toBe(200);
    expect(upstream.last.method).toBe(method.toUpperCase());
    expect(Buffer.from(upstream.last.body, 'latin1').toString()).toBe(more[1] ?? '');
    expect(await run(line)).toBe(401);
  });

  it('takes an alias, and the secret from the environment or standard input', async () => {
    const words = ['hmac', '--client', 'legacy-7', 'GET', url('/signed/1')];
    const env = { GATEWARDEN_SIGN_SECRET: client.shared_secret };
    expect(await run(await print(words, env))).toBe(200);
    expect(await run(await print([...words, '--secret', '-'], {}, `${client.shared_secret}\n`))).toBe(200);
    const settings = await GatewardenProcess.run(['config', 'print'], directory.path, env);
    expect(settings.code).toBe(0);
    expect(settings.stdout).not.toContain(client.shared_secret);
  });

  it('prints JSON for programs', async () => {
    const text = await hmac('POST', url('/signed/1?a=1'), '--body', 'x', '--json');
    const { method, url: sent, headers, body, curl } = JSON.parse(text);
    const reply = await fetch(sent, { method, headers, body });
    expect(reply.status).toBe(200);
    expect(curl).toMatch(/^curl /);
    expect(text).not.toContain(client.shared_secret);
  });

  it.each([
    [['hmac', 'GET', 'http://h/'], 'required option'],
    [['hmac', '--client', 'c', 'GET', 'http://h/'], 'give --secret'],
    [['hmac', '--client', 'c', '--secret', '', 'GET', 'http://h/'], 'give --secret'],
    [['hmac', '--client', 'a"b', '--secret', 's', 'GET', 'http://h/'], 'visible ASCII'],
    [['hmac', '--client', 'c', '--secret', 's', 'BREW', 'http://h/'], 'GET, POST'],
    [['hmac', '--client', 'c', '--secret', 's', 'GET', 'h/'], 'http://'],
    [['hmac', '--client', 'c', '--secret', 's', 'GET'], 'missing required argument'],
    [['protect', 'GET', 'http://h/'], 'give --key'],
    [['protect', '--key', 'k', '--v3', 'GET', 'http://h/'], 'unknown option'],
    [['jwt'], 'unknown command'],
  ])('refuses %j', async (words, hint) => {
    const { code, stdout, stderr } = await sign(words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(hint);
  });
});

describe('sign protect', () => {
  const protect = (...words: string[]) => print(['protect', '--key', protectKey.key, ...words]);

  it('prints a line of the date alone, or of the whole request', async () => {
    expect(await run(await protect('POST', url('/protected/otp'), '--body', '{"phone":"1"}'))).toBe(200);
    expect(upstream.last.body).toBe('{"phone":"1"}');
    const whole = await protect('--v2', 'POST', url('/strict/otp?a=1'), '--body', '{"phone":"2"}');
    expect(await run(whole)).toBe(200);
    expect(upstream.last).toMatchObject({ url: '/strict/otp?a=1', body: '{"phone":"2"}' });
    expect(await run(whole)).toBe(401);
    expect(await run(await protect('POST', url('/strict/otp')))).toBe(401);
    expect(await run(await print(['protect', '--key', 'guess', '--v2', 'GET', url('/strict/otp')]))).toBe(401);
  });
});
