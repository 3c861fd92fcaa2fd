import { IssuerHttp } from '../../src/tokens/issuer-http';
import { IssuerUnavailable } from '../../src/tokens/issuer-unavailable';
import { KeyServer } from '../support/key-server';

describe('a call to an issuer', () => {
  let server: KeyServer;
  let http: IssuerHttp;

  beforeAll(async () => {
    server = await KeyServer.start();
    http = new IssuerHttp();
    server.documents.set('/good', { keys: [] });
  });
  afterAll(async () => {
    await http?.onApplicationShutdown();
    await server?.close();
  });

  const get = (path: string) => http.getJson(`${server.url}${path}`);

  it('brings a JSON object', async () => {
    expect(await get('/good')).toEqual({ keys: [] });
  });

  it.each<[string, KeyServer['handler']]>([
    ['a redirect', (_, response) => void response.writeHead(302, { location: '/good' }).end('{}')],
    ['a permanent redirect', (_, response) => void response.writeHead(308, { location: '/good' }).end('{}')],
    ['another status', (_, response) => void response.writeHead(500).end('{}')],
    ['no content', (_, response) => void response.writeHead(204).end()],
    ['no JSON', (_, response) => void response.writeHead(200).end('<html>')],
    ['a list', (_, response) => void response.writeHead(200).end('[]')],
    ['a member twice', (_, response) => void response.writeHead(200).end('{"keys":[],"keys":[1]}')],
    [
      'a cut body',
      ({ socket }, response) => {
        response.writeHead(200, { 'content-length': 50 });
        response.write('{}', () => socket.destroy());
      },
    ],
    ['a closed connection', (request) => void request.socket.destroy()],
    ['600 KiB', (_, response) => void response.writeHead(200).end(`{"a":"${'x'.repeat(600 * 1024)}"}`)],
    [
      'bytes without end',
      (_, response) => {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'.repeat(64 * 1024)), 1);
        response.once('close', () => clearInterval(timer));
      },
    ],
    [
      'compressed JSON it did not ask for',
      (_, response) => void response.writeHead(200).end(Buffer.from('1f8b', 'hex')),
    ],
  ])('that answers with %s counts as an issuer that is down', async (_, handler) => {
    server.handler = handler;
    await expect(get('/other')).rejects.toBeInstanceOf(IssuerUnavailable);
  });

  it('does not wait for ever', async () => {
    server.handler = ({ url }, response) => {
      if (url === '/silent') return;
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 100);
      response.once('close', () => clearInterval(timer));
    };
    const started = performance.now();
    const both = await Promise.allSettled([get('/silent'), get('/trickle')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('to nobody counts as an issuer that is down', async () => {
    await expect(http.getJson('http://127.0.0.1:1/')).rejects.toBeInstanceOf(IssuerUnavailable);
    await expect(http.getJson('http://nobody.invalid/')).rejects.toBeInstanceOf(IssuerUnavailable);
    await expect(http.getJson('no address')).rejects.toBeInstanceOf(IssuerUnavailable);
  });

  it('posts a form with the credentials of a client, encoded so that none can be read as another', async () => {
    let seen: object = {};
    server.handler = ({ method, headers }, response, body) => {
      seen = { method, authorization: headers.authorization, type: headers['content-type'], body };
      response.writeHead(200).end('{"active":true}');
    };
    const form = new URLSearchParams({ token: 'a&b=c +ü' });
    const client = { id: 'ga:te way', secret: 'ü%:"' };
    expect(await http.postForm(`${server.url}/introspect`, form, client)).toEqual({ active: true });
    expect(seen).toEqual({
      method: 'POST',
      authorization: `Basic ${btoa('ga%3Ate+way:%C3%BC%25%3A%22')}`,
      type: 'application/x-www-form-urlencoded',
      body: 'token=a%26b%3Dc+%2B%C3%BC',
    });
  });
});
