import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { Gateway } from '../support/gateway';

jest.setTimeout(120_000);

describe('gatewarden import bulk', () => {
  const directory = newRunDirectory();
  let gateway: Gateway;
  let env: Record<string, string>;

  beforeAll(async () => {
    gateway = await Gateway.start();
    const { token } = await gateway.admin('POST', '/admin-tokens', { name: 'bulk', role: 'operator' });
    env = { GATEWARDEN_URL: gateway.adminUrl, GATEWARDEN_TOKEN: token };
  });
  afterAll(async () => {
    await gateway?.close();
    directory.remove();
  });

  const client = (i: number) => `${JSON.stringify({ type: 'client', client_name: `client ${i}` })}\n`;
  const load = (lines: string, ...args: string[]) =>
    GatewardenProcess.run(['import', 'bulk', '-', ...args], directory.path, env, lines);

  it('sends lines in portions, numbers the faulty ones as they stand in the file, and tells how far it is', async () => {
    const lines = Array.from({ length: 10_500 }, (_, i) => (i === 10_100 ? '{"type":"nonsense"}\n' : client(i % 50)));
    lines.splice(3, 0, '\n');

    const { code, stdout, stderr } = await load(lines.join('').trimEnd(), '--json');

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ lines: 10_500, created: 50, updated: 0, unchanged: 10_449, failed: 1, faults_left_out: 0 },
      faults: [{ line: 10_102, pointer: '/type', message: expect.stringContaining('type must be one of') }],
    });
    expect(stderr).toMatch(/^10000 lines: 50 created, 0 updated, 9949 unchanged, 0 faulty\n/);
    expect(await gateway.admin('GET', '/clients?limit=1000')).toHaveLength(50);
  });

  it('exits 0 when every line is in, and says so', async () => {
    const { code, stdout } = await load(client(0) + client(60));
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Loaded 2 lines: 1 created, 0 updated, 1 unchanged, 0 faulty.\n',
    });
  });

  it('ends with one sentence where there is no such file', async () => {
    const { code, stdout, stderr } = await GatewardenProcess.run(['import', 'bulk', 'missing'], directory.path, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^gatewarden: .*missing.*\n$/);
  });
});
