import { Gateway } from '../support/gateway';
import { FOR_PEOPLE, PASSWORD, People } from '../support/people';
import { sendRaw } from '../support/raw-http';

let gateway: Gateway;
let people: People;
beforeAll(async () => {
  gateway = await Gateway.start({ ...FOR_PEOPLE, FAILED_CREDENTIALS_PER_MINUTE: '0' });
  people = new People(gateway.proxyUrl);
  await people.register('ada@example.com');
});
afterAll(async () => {
  // Whatever was sent: the gateway goes on.
  if (people) expect((await people.logIn('ada@example.com')).status).toBe(200);
  const faults = gateway?.log.filter(({ level }) => level === 'error') ?? [];
  await gateway?.close();
  expect(faults).toEqual([]);
});

const TOO_LONG = 'x'.repeat(2000);
const HOSTILE: unknown[] = [
  null,
  0,
  -1,
  12.5,
  true,
  [],
  {},
  ['ada@example.com'],
  { $ne: null },
  { toString: 'x' },
  '',
  'a\0b',
  '\ud800',
  TOO_LONG,
];
const PATHS: [string, string, object][] = [
  ['', 'email', { password: PASSWORD }],
  ['', 'username', { password: PASSWORD }],
  ['/login', 'password', { email: 'ada@example.com' }],
  ['/register', 'email', { password: PASSWORD }],
  ['/register', 'password', { email: 'new@example.com' }],
  ['/refresh', 'refresh_token', {}],
  ['/verify-email', 'token', {}],
  ['/check-verification-token', 'token', {}],
  ['/request-password-reset', 'email', {}],
  ['/reset-password', 'token', { new_password: PASSWORD }],
  ['/reset-password', 'new_password', { token: 'gwo_x' }],
];

describe.each(PATHS)('%s', (path, field, rest) => {
  it(`names ${field} when it is missing`, async () => {
    if (field === 'username') return;
    const reply = await people.post(path, rest);
    expect([reply.status, reply.body.code]).toEqual([400, 'request_invalid']);
    expect(reply.body.errors).toContainEqual({ pointer: `/${field}`, message: expect.stringContaining(field) });
  });

  it.each(HOSTILE.map((value) => [JSON.stringify(value)?.slice(0, 30), value]))(
    `refuses ${field} %s`,
    async (_, value) => {
      const reply = await people.post(path, { ...rest, [field]: value });
      expect(reply.status).toBe(400);
      expect(reply.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain(`/${field}`);
      expect(reply.text).not.toContain(TOO_LONG);
    },
  );
});

describe('a body', () => {
  const send = (raw: string | Buffer, type = 'application/json') =>
    people.post('', undefined, { raw, headers: { 'content-type': type } });
  const login = JSON.stringify({ email: 'ada@example.com', password: PASSWORD });

  it.each([
    ['nothing', ''],
    ['no JSON', 'email=ada@example.com'],
    ['half of it', login.slice(0, -1)],
    ['more than one', `${login}${login}`],
    ['a list', `[${login}]`],
    ['a text', '"ada"'],
    ['null', 'null'],
    ['a field named twice', `{"email":"eve@example.com",${login.slice(1)}`],
    ['a field named twice in other letters', `{"\\u0065mail":"eve@example.com",${login.slice(1)}`],
    ['comments', `/* */${login}`],
    ['what is no UTF-8', Buffer.from(`{"email":"ada@example.com","password":"\xff"}`, 'latin1')],
    ['depths', `{"email":${'['.repeat(5000)}${']'.repeat(5000)}}`],
  ])('that is %s is 400', async (_, raw) => {
    const reply = await send(raw);
    expect([reply.status, reply.body.errors?.[0]?.pointer ?? '']).toEqual([400, expect.any(String)]);
  });

  it('may name what belongs to every object', async () => {
    const body = `{"__proto__":{"email":"eve@example.com"},"constructor":1,${login.slice(1)}`;
    expect((await send(body)).status).toBe(200);
    const inherited = `{"__proto__":{"email":"ada@example.com"},"password":${JSON.stringify(PASSWORD)}}`;
    expect((await send(inherited)).status).toBe(400);
  });

  it.each(['application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', 'no media type'])(
    'of JSON is taken as %s too, as clients of the predecessor send it',
    async (type) => {
      expect((await send(login, type)).status).toBe(200);
    },
  );

  it('over 64 KiB is 413, declared or not', async () => {
    const big = JSON.stringify({ email: 'ada@example.com', password: PASSWORD, more: 'x'.repeat(65_536) });
    expect((await send(big)).status).toBe(413);
    const head = `POST /api/auth HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const { status } = await sendRaw(gateway.proxyPort, `${head}11170\r\n${big.padEnd(70_000)}\r\n0\r\n\r\n`);
    expect(status).toBe(413);
    expect((await send(login.padEnd(65_000))).status).toBe(200);
  });
});

describe('an access token', () => {
  it.each([
    ['none', undefined],
    ['no token', 'x'],
    ['a token of nobody', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'],
    ['a refresh token', 'gwr_00000000000000000000000000000000000000'],
  ])('that is %s is 401 everywhere', async (_, token) => {
    for (const [method, path] of [
      ['GET', '/me'],
      ['GET', '/sessions'],
      ['DELETE', '/sessions/00000000-0000-4000-8000-000000000000'],
      ['POST', '/change-password'],
      ['POST', '/logout'],
    ] as const) {
      const reply = await people.call(method, path, undefined, { token });
      expect([path, reply.status, reply.headers.get('www-authenticate')?.slice(0, 6)]).toEqual([path, 401, 'Bearer']);
    }
  });
});
