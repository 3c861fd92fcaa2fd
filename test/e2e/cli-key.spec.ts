import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { Gateway } from '../support/gateway';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.000Z';

describe('gatewarden key', () => {
  const directory = newRunDirectory();
  let gateway: Gateway;
  let env: Record<string, string>;

  beforeAll(async () => {
    gateway = await Gateway.start();
    const { token } = await gateway.admin('POST', '/admin-tokens', { name: 'keys', role: 'owner' });
    env = { GATEWARDEN_URL: gateway.adminUrl, GATEWARDEN_TOKEN: token };
  });
  afterAll(async () => {
    await gateway?.close();
    directory.remove();
  });

  const run = (args: string, more = {}) =>
    GatewardenProcess.run(['key', ...args.split(' ')], directory.path, { ...env, ...more });
  const keys = () => gateway.admin('GET', '/signing-keys');

  it('lists the first key, which nothing follows yet', async () => {
    const { code, stdout, stderr } = await run('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      new RegExp(`^kid +algorithm +signs from +verifies until\n${UUID} +EdDSA +${TIME} +it is followed\n$`),
    );
  });

  it('makes a key that takes over later, and says when', async () => {
    const { code, stdout, stderr } = await run('rotate --algorithm ES256 --activation-delay 1200 --overlap 300');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^The key ${UUID} \\(ES256\\) is published now and signs from ${TIME}\\.\n$`));
    const [first, second] = await keys();
    expect(first.retires_at).toBe(second.activates_at + 300);
    expect(Math.abs(second.activates_at - Date.now() / 1000 - 1200)).toBeLessThan(60);
  });

  it('prints with --json what the admin API says', async () => {
    const rotated = await run('rotate --json');
    expect(JSON.parse(rotated.stdout)).toMatchObject({ algorithm: 'ES256', retires_at: null });
    expect(JSON.parse((await run('list --json')).stdout)).toEqual(await keys());
  });

  it('deletes a key when told not to ask, and not without', async () => {
    const { kid } = (await keys()).at(-1);
    const unasked = await run(`delete ${kid}`);
    expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('--yes')]);
    expect((await keys()).at(-1).kid).toBe(kid);
    expect(await run(`delete ${kid} --yes`)).toEqual({ code: 0, stdout: `The key ${kid} is deleted.\n`, stderr: '' });
    expect((await keys()).map((key: { kid: string }) => key.kid)).not.toContain(kid);
  });

  it.each([
    ['an unknown key', 'delete 00000000-0000-4000-8000-000000000000 --yes', {}, 1, 'signing key not found'],
    ['a path in the place of a key', 'delete ../clients --yes', {}, 1, 'signing key not found'],
    ['a kind of key that is not made', 'rotate --algorithm HS256', {}, 1, 'algorithm must be one of EdDSA, ES256'],
    ['seconds that are none', 'rotate --overlap 1d', {}, 2, 'whole number of seconds'],
    ['no key', 'delete --yes', {}, 2, 'missing required argument'],
    ['an unknown option', 'rotate --now', {}, 2, 'unknown option'],
    ['no token', 'list', { GATEWARDEN_TOKEN: '' }, 2, 'GATEWARDEN_TOKEN'],
    ['a wrong token', 'rotate', { GATEWARDEN_TOKEN: 'wrong' }, 1, '401'],
  ])('refuses %s', async (_, args, more, expected, said) => {
    const before = await keys();
    const { code, stdout, stderr } = await run(args, more);
    expect([code, stdout]).toEqual([expected, '']);
    expect(stderr).toContain(said);
    expect(await keys()).toEqual(before);
  });
});
