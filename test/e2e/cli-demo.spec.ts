import { execFile } from 'node:child_process';
import { WebSocket } from 'ws';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';

/** The last call the demo prints. */
const PRINTED = /a WebSocket without a key\ncurl .*\n/;
const CALL = /^(curl .*?) +# (\d{3})$/gm;

/** The status a curl line gets; curl's own exit code says only that an upgraded connection did not end. */
function statusOf(command: string): Promise<number> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], (_, stdout) => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(stdout)?.[1])));
  });
}

function callsOf(text: string): { command: string; status: number }[] {
  return [...text.matchAll(CALL)].map(([, command = '', status]) => ({ command, status: Number(status) }));
}

describe('the demo', () => {
  const directory = newRunDirectory();
  let demo: GatewardenProcess;

  const admin = async (path: string) => {
    const [, origin, token] = /Admin API: (http:\S+)\/docs with the token (\S+)/.exec(demo.stdout) ?? [];
    const reply = await fetch(`${origin}/api/admin/${path}`, { headers: { authorization: `Bearer ${token}` } });
    return (await reply.json()) as Record<string, string>[];
  };

  beforeAll(async () => {
    demo = await GatewardenProcess.start(['demo'], directory.path, PRINTED);
  }, 90_000);

  afterAll(async () => {
    await demo?.kill();
    directory.remove();
  });

  it('prints nothing but what there is to read and to copy', () => {
    expect(demo.stdout).not.toContain('{"level"');
    expect(demo.stderr).toBe('');
  });

  it('prints calls that get the statuses they name', async () => {
    const calls = callsOf(demo.stdout);
    expect(calls.map(({ status }) => status)).toEqual(expect.arrayContaining([101, 200, 400, 401, 403, 404, 405]));
    const got = await Promise.all(calls.map(async ({ command }) => ({ command, status: await statusOf(command) })));
    expect(got).toEqual(calls);
  });

  it('echoes WebSocket messages, long ones too', async () => {
    const { command } = callsOf(demo.stdout).find(({ status }) => status === 101) ?? { command: '' };
    const [, key = '', url = ''] = /X-API-Key: (\S+)' http:(\S+)$/.exec(command) ?? [];
    const socket = new WebSocket(`ws:${url}`, { headers: { 'X-API-Key': key } });
    const echoes: string[] = [];
    socket.on('open', () => ['hello', 'x'.repeat(40_000)].forEach((text) => void socket.send(text)));
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('message', (bytes) => {
        if (echoes.push(String(bytes)) === 2) resolve();
      });
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close(1000);
    expect(echoes).toEqual(['hello', 'x'.repeat(40_000)]);
    await expect(closed).resolves.toBe(1000);
  });

  it('starts a second time with the same routes, and works', async () => {
    const before = (await admin('routes')).map(({ route_id }) => route_id);
    await expect(demo.stop()).resolves.toMatchObject({ code: 0 });
    demo = await GatewardenProcess.start(['demo'], directory.path, PRINTED);

    expect((await admin('routes')).map(({ route_id }) => route_id)).toEqual(before);
    expect(await admin('services')).toHaveLength(1);
    expect(await admin('clients')).toHaveLength(1);
    const calls = callsOf(demo.stdout).filter(({ status }) => status === 200);
    for (const { command, status } of calls) expect(await statusOf(command)).toBe(status);
  });
});
