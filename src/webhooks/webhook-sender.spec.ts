import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { Webhook } from 'standardwebhooks';
import { AddressGuard } from './address-guard';
import { WebhookSender } from './webhook-sender';

const SECRETS = ['whsec_bmV3IHNlY3JldCBvZiAzMiBieXRlcyBvciBzbyE=', 'whsec_b2xkIHNlY3JldCBvZiAzMiBieXRlcyBvciBzbyE='];
const EVENT_ID = '9c1f2b1e-0a5e-4a55-8b3e-1f0a9d0c7d11';
const PAYLOAD = '{"type":"client.created","data":{"client_name":"ü “x” 😀 \\u0000 \\ud800"}}';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const senderTo = (...allowed: string[]) => new WebhookSender(new AddressGuard({ webhookAllowedAddresses: allowed }));
const send = (sender: WebhookSender, url: string) =>
  sender.send({ url, eventId: EVENT_ID, payload: PAYLOAD, secrets: SECRETS, sentAtMs: Date.now() });

describe('an attempt', () => {
  const local = senderTo('127.0.0.1');

  it('posts the very bytes, signed by each secret', async () => {
    const seen: { headers: Record<string, string>; body: Buffer; method: string | undefined }[] = [];
    const port = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method } = request;
      seen.push({ headers: request.headers as Record<string, string>, body: Buffer.concat(chunks), method });
      response.writeHead(202).end('thank you');
    });
    expect(await send(local, `http://127.0.0.1:${port}/a?b=c`)).toEqual({ responseStatus: 202, error: null });
    const [got] = seen;
    expect(got?.method).toBe('POST');
    expect(got?.body).toEqual(Buffer.from(PAYLOAD));
    expect(got?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': EVENT_ID });
    for (const secret of SECRETS) {
      expect(new Webhook(secret).verify(got?.body ?? '', got?.headers ?? {})).toEqual(JSON.parse(PAYLOAD));
    }
    expect(() => new Webhook('whsec_b3RoZXI=').verify(got?.body ?? '', got?.headers ?? {})).toThrow();
  });

  it.each([
    [500, 'the receiver answered 500'],
    [404, 'the receiver answered 404'],
    [304, 'the receiver answered 304, and redirects are not followed'],
  ])('that is answered with %d has failed', async (status, error) => {
    const port = await serve((_, response) => response.writeHead(status).end());
    expect(await send(local, `http://127.0.0.1:${port}`)).toEqual({ responseStatus: status, error });
  });

  it('follows no redirect', async () => {
    let called = 0;
    const inner = await serve((_, response) => {
      called += 1;
      response.end();
    });
    const location = `http://127.0.0.1:${inner}/`;
    const port = await serve((_, response) => response.writeHead(307, { location }).end());
    expect(await send(local, `http://127.0.0.1:${port}`)).toMatchObject({ responseStatus: 307 });
    expect(called).toBe(0);
  });

  it('reads little of a reply without end, and is over when the status is known', async () => {
    let written = 0;
    const port = await serve((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && written < 1_000_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return void response.once('drain', more);
        }
      };
      more();
    });
    expect(await send(local, `http://127.0.0.1:${port}`)).toEqual({ responseStatus: 200, error: null });
    expect(written).toBeLessThan(20_000_000);
  });

  it('fails after 5 seconds where nobody answers, at any stage', async () => {
    const silent = await serve(() => undefined);
    const halfway = await serve((_, response) => response.writeProcessing());
    const startedMs = Date.now();
    const outcomes = await Promise.all([silent, halfway].map((port) => send(local, `http://127.0.0.1:${port}`)));
    const error = 'the receiver did not answer in 5 seconds';
    expect(outcomes).toEqual([silent, halfway].map(() => ({ responseStatus: null, error })));
    expect(Date.now() - startedMs).toBeLessThan(7000);
  }, 10_000);

  it('that finds nobody listening, or no HTTP, says so', async () => {
    const refused = await send(local, 'http://127.0.0.1:1/');
    expect(refused).toEqual({ responseStatus: null, error: expect.stringContaining('ECONNREFUSED') });
    const port = await serve((request) => request.socket.end('SSH-2.0-nothing\r\n\u0000\u0007'));
    const garbled = await send(local, `http://127.0.0.1:${port}`);
    expect(garbled.responseStatus).toBeNull();
    expect(garbled.error).toMatch(/^[\x20-\x7e]{1,500}$/);
  });
});

describe('an address that is not public', () => {
  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[::]/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://192.0.2.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::ffff:10.0.0.1]/',
    'http://[::10.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[64:ff9b:1::a00:1]/',
    'http://[2002:a00:1::1]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fec0::1]/',
    'http://[2001:db8::1]/',
    'http://[4000::1]/',
    'http://localhost/',
    'https://localhost/',
  ])('is not connected to: %s', async (url) => {
    const { responseStatus, error } = await send(senderTo(), url);
    expect(responseStatus).toBeNull();
    expect(error).toMatch(/is no public address: it must be in WEBHOOK_ALLOWED_ADDRESSES/);
  });

  it('is connected to once it is allowed, under its number and under a name that leads to it', async () => {
    let called = 0;
    const port = await serve((_, response) => {
      called += 1;
      response.end();
    });
    const allowed = senderTo('127.0.0.0/8', '::1');
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '0x7f000001', 'localhost']) {
      expect(await send(allowed, `http://${host}:${port}/`)).toEqual({ responseStatus: 200, error: null });
    }
    expect(called).toBe(4);
    expect(await send(allowed, 'http://10.0.0.1/')).toMatchObject({ error: expect.stringContaining('10.0.0.1') });
  });

  it('is not connected to by the name of this machine either', async () => {
    const found = await lookup(hostname()).catch(() => undefined);
    if (!found) process.stderr.write(`Skipping the name of this machine: ${hostname()} has no address.\n`);
    else if (new AddressGuard({ webhookAllowedAddresses: [] }).findFault(`http://${found.address}`) === undefined) {
      process.stderr.write(`Skipping the name of this machine: ${found.address} is public.\n`);
    } else {
      const { error } = await send(senderTo(), `http://${hostname()}/`);
      expect(error).toContain('is no public address');
    }
  });
});

describe('a look-up', () => {
  const ask = (guard: AddressGuard, name: string, all: boolean) =>
    new Promise<unknown>((resolve) => {
      guard.lookup(name, { all }, (error, address) => resolve(error ? error.message : address));
    });

  it('answers in the form it is asked for, with what it has judged', async () => {
    const guard = new AddressGuard({ webhookAllowedAddresses: ['127.0.0.1', '::1'] });
    expect(['127.0.0.1', '::1']).toContain(await ask(guard, 'localhost', false));
    expect(await ask(guard, 'localhost', true)).toEqual(
      expect.arrayContaining([expect.objectContaining({ family: 4 })]),
    );
    expect(await ask(guard, 'no-such-host.invalid', true)).toMatch(/ENOTFOUND|EAI_AGAIN/);
  });

  it('refuses a name when one of its addresses is private', async () => {
    const found = (await lookup('localhost', { all: true })).map(({ address }) => address);
    for (const address of found) {
      const others = found.filter((one) => one !== address);
      const guard = new AddressGuard({ webhookAllowedAddresses: others });
      expect(await ask(guard, 'localhost', true)).toContain(`${address} is no public address`);
    }
  });
});
