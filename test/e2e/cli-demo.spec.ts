import { execFile } from 'node:child_process';
import { decodeJwt } from 'jose';
import { WebSocket } from 'ws';
import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';

/** The last call the demo prints. */
const PRINTED = /a WebSocket without a key\ncurl .*\n/;
const CALL = /^(curl .*?) +# (\d{3})$/gm;

/** What a curl line prints; curl's own exit code says only that an upgraded connection did not end. */
function printedBy(command: string, shell = 'bash'): Promise<string> {
  return new Promise((resolve) => {
    execFile(shell, ['-c', command], (_, stdout) => resolve(stdout));
  });
}

async function statusOf(command: string, shell?: string): Promise<number> {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(await printedBy(command, shell))?.[1]);
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

  it.each(['bash', 'sh'])('prints calls that get the statuses they name, again and again, in %s', async (shell) => {
    const calls = callsOf(demo.stdout);
    expect(calls.map(({ status }) => status)).toEqual(expect.arrayContaining([101, 200, 400, 401, 403, 404, 405, 429]));
    const got = await Promise.all(
      calls.map(async ({ command }) => ({ command, status: await statusOf(command, shell) })),
    );
    expect(got).toEqual(calls);
  });

  it('shows a service the user of a token by an assertion, and not the token', async () => {
    const { command } = callsOf(demo.stdout).find(({ command: text }) => text.endsWith('/token/hello')) ?? {
      command: '',
    };
    const [, token = ''] = /Bearer (\S+)'/.exec(command) ?? [];
    const printed = await printedBy(command);
    const [, assertion = ''] = /"authorization": "Bearer (\S+)"/.exec(printed) ?? [];
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'gatewarden', aud: 'gatewarden-demo-asserted', sub: 'ada' });
    expect(printed).toContain('"x-user-roles": "editor"');
    expect(printed).not.toContain(token);
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
    expect(await admin('services')).toHaveLength(2);
    expect(await admin('clients')).toHaveLength(2);
    expect(await admin('protect-keys')).toHaveLength(1);
    expect(await admin('issuers')).toHaveLength(2);
    expect(await admin('users')).toHaveLength(1);
    const calls = callsOf(demo.stdout).filter(({ status }) => status === 200);
    for (const { command, status } of calls) expect(await statusOf(command)).toBe(status);
  });
});
