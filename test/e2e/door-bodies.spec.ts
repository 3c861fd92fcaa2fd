import { fieldOf, message, publishTwo } from '../support/doors';
import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { hmacAuthorization, secondsOf } from '../support/signing';

let gateway: Gateway;
let orders: Published;

beforeAll(async () => {
  gateway = await Gateway.start();
  ({ orders } = await publishTwo(gateway));
});
afterAll(() => gateway?.close());

describe('a signature over a body, at a door', () => {
  const body = '{"a":1}';
  let secret: string;

  beforeAll(async () => {
    const hmac = { auth_required: true, auth_type: 'hmac' };
    const methods = { GET: hmac, POST: hmac };
    const upstreams = ['http://127.0.0.1:9'];
    const signed = await gateway.publish({ upstreams, domain: 'api.test', pattern: '/signed/*', route: { methods } });
    const credential = { kind: 'hmac_secret', generate: true };
    ({ secret } = await gateway.admin('POST', `/clients/${orders.clientId}/credentials`, credential));
    const permission = { client_id: orders.clientId, route_id: signed.routeId, allowed_methods: ['GET', 'POST'] };
    await gateway.admin('POST', '/permissions', permission);
  });

  const authorization = (method: string, over: string) => {
    const signer = { clientId: orders.clientId, secret, timestamp: secondsOf(Date.now()) };
    return `Authorization: ${hmacAuthorization({ ...signer, method, target: '/signed/1', body: over })}`;
  };
  const describing = (method: string) => [
    'X-Original-URI: /signed/1',
    `X-Original-Method: ${method}`,
    'X-Original-Host: api.test',
  ];
  const outcome = async (text: string) => {
    const { status } = await sendRaw(gateway.decisionPort, text);
    const { reason, cause } = gateway.log.at(-1) ?? {};
    return { status, cause: cause ?? reason };
  };

  it.each([
    ['its length', [`Content-Length: ${body.length}`], body],
    [
      'its length told twice alike',
      [`Content-Length: ${body.length}`, `X-Original-Content-Length: ${body.length}`],
      body,
    ],
    ['chunks', ['Transfer-Encoding: chunked'], `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`],
  ])('is checked when the message carries it, with %s', async (_, lines, sent) => {
    for (const [line, fields] of [
      ['POST /authz', describing('POST')],
      ['PUT /authz', describing('POST')],
      ['POST /authz/envoy/signed/1', ['X-Unused: 1']],
    ] as const) {
      const head = message(line, ['Host: api.test', ...fields, ...lines, authorization('POST', body)]);
      expect(await outcome(head + sent)).toMatchObject({ status: 200, cause: 'authenticated' });
      const other = message(line, ['Host: api.test', ...fields, ...lines, authorization('POST', '{"a":2}')]);
      expect(await outcome(other + sent)).toEqual({ status: 401, cause: 'hmac_signature_wrong' });
    }
  });

  it.each([
    ['nginx tells its length', ['X-Original-Content-Length: 7']],
    ['nginx tells that it is chunked', ['X-Original-Transfer-Encoding: chunked']],
    ['nobody knows its length', ['X-Original-Content-Length: unknown']],
    ['a GET declares it and never sends it', ['Content-Length: 7']],
  ])('is refused without waiting where %s', async (_, lines) => {
    const started = Date.now();
    for (const over of [body, '']) {
      const fields = ['Host: gateway', ...describing('POST'), ...lines, authorization('POST', over)];
      expect(await outcome(message('GET /authz', fields))).toEqual({ status: 401, cause: 'body_not_available' });
    }
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it.each([
    [
      'differs from what is told',
      ['X-Original-Content-Length: 0', 'Content-Length: 7'],
      'POST /authz',
      'body_not_available',
    ],
    [
      'is said to be a part',
      ['X-Envoy-Auth-Partial-Body: true', 'Content-Length: 7'],
      'POST /authz/envoy/signed/1',
      'body_not_available',
    ],
  ])('is refused where the body that comes %s', async (_, lines, line, cause) => {
    const fields = ['Host: api.test', ...(line === 'POST /authz' ? describing('POST') : []), ...lines];
    for (const over of [body, '']) {
      expect(await outcome(message(line, [...fields, authorization('POST', over)]) + body)).toMatchObject({ cause });
    }
  });

  it('is refused where a body that was declared does not come in time', async () => {
    const fields = ['Host: gateway', ...describing('POST'), 'Content-Length: 7', authorization('POST', body)];
    const { text } = await sendRaw(gateway.decisionPort, `${message('POST /authz', fields)}{"a"`, 4_000);
    expect(fieldOf(text, 'X-Gatewarden-Status')).toBe('400');
    expect(gateway.log.at(-1)).toMatchObject({ cause: 'body_incomplete' });
  }, 10_000);

  it('counts as one over nothing where nothing tells of a body', async () => {
    for (const method of ['GET', 'POST']) {
      const fields = ['Host: gateway', ...describing(method), authorization(method, '')];
      expect(await outcome(message('GET /authz', fields))).toMatchObject({ status: 200 });
    }
  });
});
