import { GatewardenProcess, newRunDirectory } from '../support/gatewarden-process';
import { Gateway } from '../support/gateway';

describe('gatewarden explain', () => {
  const directory = newRunDirectory();
  let gateway: Gateway;
  let env: Record<string, string>;
  let client: { client_id: string; api_key: string };

  beforeAll(async () => {
    gateway = await Gateway.start();
    const { token } = await gateway.admin('POST', '/admin-tokens', { name: 'explain', role: 'viewer' });
    env = { GATEWARDEN_URL: gateway.adminUrl, GATEWARDEN_TOKEN: token };
    client = await gateway.admin('POST', '/clients', { client_name: 'Mobile', api_key: { generate: true } });
    const methods = { GET: { auth_required: true, auth_type: 'api_key' } };
    await gateway.admin('POST', '/routes', {
      domain: 'api.example.com',
      route_pattern: '/orders/*',
      service_name: null,
      methods,
    });
  });
  afterAll(async () => {
    await gateway?.close();
    directory.remove();
  });

  const run = (args: string[], more = {}) =>
    GatewardenProcess.run(['explain', ...args], directory.path, { ...env, ...more });

  it('prints the answer, the steps and what would allow it', async () => {
    const url = 'http://api.example.com/orders/1';
    const { code, stdout, stderr } = await run(['GET', url, '-H', `X-API-Key: ${client.api_key}`]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^refused: 403 no_permission\. The client has no permission for this route\.$/m);
    expect(stdout).toMatch(/^route +matched/m);
    expect(stdout).toMatch(/^ +chosen +api\.example\.com \/orders\/\* /m);
    expect(stdout).toMatch(/^credential +accepted +.*"client_name":"Mobile"/m);
    expect(stdout).toMatch(/^ +decides +X-API-Key \(the first credential present\)$/m);
    expect(stdout).toMatch(/^\* grant_permission: .*\n {4}POST \/api\/admin\/permissions\n {4}\{"client_id":"/m);
    expect(stdout).not.toContain(client.api_key);
  });

  it('prints with --json what the admin API says', async () => {
    const args = [
      'GET',
      'http://api.example.com/orders/1',
      '--client',
      client.client_id,
      '--ip',
      '192.0.2.1',
      '--json',
    ];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ allowed: false, code: 'no_permission', client_id: client.client_id });
  });

  it('takes the same header twice for what it is', async () => {
    const args = ['POST', 'http://api.example.com/orders/1', '-H', 'X-API-Key: a', '-H', 'X-API-Key: b', '--body', 'x'];
    expect((await run(args)).stdout).toContain('refused: 400 malformed_request (duplicate_credential).');
  });

  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['without a URL', ['GET'], {}, /missing required argument 'url'/],
    ['with a header that is none', ['GET', 'http://h/', '-H', 'nothing'], {}, /A header is name:value/],
    ['with an unknown option', ['GET', 'http://h/', '--verbose'], {}, /unknown option/],
    ['without a token', ['GET', 'http://h/'], { GATEWARDEN_TOKEN: '' }, /GATEWARDEN_TOKEN must be an admin token/],
    ['for no gateway', ['GET', 'http://h/'], { GATEWARDEN_URL: 'ftp://h' }, /GATEWARDEN_URL must be http/],
    [
      'with a password in the URL',
      ['GET', 'http://h/'],
      { GATEWARDEN_URL: 'http://u:p@h' },
      /GATEWARDEN_URL must be http/,
    ],
  ])('exits 2 %s', async (_, args, more, message) => {
    const { code, stdout, stderr } = await run(args, more);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('exits 1 with a sentence when the admin API refuses', async () => {
    const { code, stderr } = await run(['GET', 'orders']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^gatewarden: The admin API refused POST explain with 400: url must be /),
    });
    const stranger = await run(['GET', 'http://h/'], { GATEWARDEN_TOKEN: 'wrong' });
    expect([stranger.code, stranger.stderr]).toEqual([1, expect.stringContaining('with 401: ')]);
  });
});
