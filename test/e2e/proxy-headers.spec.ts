import { Gateway, type Published } from '../support/gateway';
import { sendRaw } from '../support/raw-http';
import { fieldValues, RecordingUpstream } from '../support/recording-upstream';
import { SPOOFED } from '../support/spoofed-fields';

describe('the fields an upstream receives', () => {
  let gateway: Gateway;
  let trusting: Gateway;
  let upstream: RecordingUpstream;
  let published: Published;
  let trusted: Published;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
    trusting = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1' });
    published = await gateway.publish({ upstreams: [upstream.url] });
    trusted = await trusting.publish({ upstreams: [upstream.url] });
  });
  afterAll(async () => {
    await gateway?.close();
    await trusting?.close();
    await upstream?.close();
  });

  const send = (lines: string[], to = gateway, { key } = published) =>
    sendRaw(to.proxyPort, `GET /x HTTP/1.1\r\nHost: api.test:81\r\nX-API-Key: ${key}\r\n${lines.join('\r\n')}\r\n\r\n`);

  it.each(SPOOFED)('never include a value a client sent as %s', async (name) => {
    expect((await send([`${name}: spoofed-value`])).status).toBe(200);
    expect(upstream.last.rawHeaders).not.toContain('spoofed-value');
    const folded = upstream.last.rawHeaders.filter((_, index) => index % 2 === 0).map((field) => field.toLowerCase());
    expect(folded.filter((field) => /[_.]/.test(field))).toEqual([]);
  });

  it('tell who calls, through which route, and by what hops', async () => {
    expect((await send(['User-Agent: probe', 'X-Custom: kept', 'x-custom: twice'])).status).toBe(200);
    const { rawHeaders } = upstream.last;
    const value = (name: string) => fieldValues(rawHeaders, name);
    expect(value('x-client-id')).toEqual([published.clientId]);
    expect(value('x-route-id')).toEqual([published.routeId]);
    expect(value('x-auth-method')).toEqual(['api_key']);
    expect(value('x-forwarded-for')).toEqual(['127.0.0.1']);
    expect(value('x-forwarded-proto')).toEqual(['http']);
    expect(value('x-forwarded-host')).toEqual(['api.test:81']);
    expect(value('forwarded')).toEqual(['for=127.0.0.1;host="api.test:81";proto=http']);
    expect(value('via')).toEqual(['1.1 gatewarden']);
    expect(value('traceparent')[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(value('x-request-id')).toHaveLength(1);
    expect(value('host')).toEqual([new URL(upstream.url).host]);
    expect(value('x-custom')).toEqual(['kept', 'twice']);
    expect(value('user-agent')).toEqual(['probe']);
  });

  it('do not include the key, unless the service asks for it', async () => {
    await send([]);
    expect(JSON.stringify(upstream.last)).not.toContain(published.key);
    const passing = await gateway.publish({
      upstreams: [upstream.url],
      pattern: '/passing',
      service: { token_relay: 'pass' },
    });
    await fetch(`${gateway.proxyUrl}/passing`, { headers: { authorization: `Bearer ${passing.key}` } });
    expect(fieldValues(upstream.last.rawHeaders, 'authorization')).toEqual([`Bearer ${passing.key}`]);
  });

  it('leave out what is hop-by-hop, and everything Connection names', async () => {
    const lines = [
      'Connection: close, X-Hop',
      'X-Hop: 1',
      'Keep-Alive: 5',
      'TE: trailers',
      'Proxy-Authorization: Basic x',
    ];
    expect((await send(lines)).status).toBe(200);
    const names = upstream.last.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    for (const name of ['x-hop', 'keep-alive', 'te', 'proxy-authorization']) expect(names).not.toContain(name);
  });

  it('keep a well-formed request id and replace any other', async () => {
    await send(['X-Request-ID: abc-123']);
    expect(fieldValues(upstream.last.rawHeaders, 'x-request-id')).toEqual(['abc-123']);
    const reply = await send(['X-Request-ID: not well formed']);
    expect(fieldValues(upstream.last.rawHeaders, 'x-request-id')[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.text).toMatch(/x-request-id: [0-9a-f-]{36}/i);
  });

  it('leave out a method override unless the route keeps it', async () => {
    await send(['X-HTTP-Method-Override: DELETE']);
    expect(fieldValues(upstream.last.rawHeaders, 'x-http-method-override')).toEqual([]);
    const keeping = await gateway.publish({
      upstreams: [upstream.url],
      pattern: '/keeping',
      route: { keep_method_override: true },
    });
    const headers = { 'x-api-key': keeping.key, 'x-http-method-override': 'DELETE' };
    await fetch(`${gateway.proxyUrl}/keeping`, { headers });
    expect(fieldValues(upstream.last.rawHeaders, 'x-http-method-override')).toEqual(['DELETE']);
    expect(upstream.last.method).toBe('GET');
  });

  it('continue the chain of a trusted peer, and count its right-most untrusted address as the client', async () => {
    const chain = [
      'X-Forwarded-For: 6.6.6.6, 203.0.113.9',
      'X-Forwarded-Proto: https',
      'Via: 1.1 edge',
      'Forwarded: for=203.0.113.9',
    ];
    expect((await send(chain, trusting, trusted)).status).toBe(200);
    const value = (name: string) => fieldValues(upstream.last.rawHeaders, name);
    expect(value('x-forwarded-for')).toEqual(['6.6.6.6, 203.0.113.9, 127.0.0.1']);
    expect(value('x-forwarded-proto')).toEqual(['https']);
    expect(value('via')).toEqual(['1.1 edge, 1.1 gatewarden']);
    expect(value('forwarded')[0]).toMatch(/^for=203\.0\.113\.9, for=127\.0\.0\.1;/);
    expect(trusting.log.at(-1)).toMatchObject({ client_ip: '203.0.113.9' });
  });

  it('carry a client name outside Latin-1 as UTF-8', async () => {
    const { client_id } = await gateway.admin('GET', `/clients/${published.clientId}`);
    await gateway.admin('PATCH', `/clients/${client_id}`, { client_name: 'Zoë Ω' });
    await send([]);
    const [name = ''] = fieldValues(upstream.last.rawHeaders, 'x-client-name');
    expect(Buffer.from(name, 'latin1').toString('utf8')).toBe('Zoë Ω');
  });

  it('are of octets that cannot end a line, or the request is refused', async () => {
    const controls = [...Array.from({ length: 0x20 }, (_, octet) => octet).filter((octet) => octet !== 0x09), 0x7f];
    const before = upstream.received.length;
    for (const octet of controls) {
      const control = String.fromCharCode(octet);
      expect((await send([`X-Note: a${control}b`])).status).toBe(400);
      expect((await send([`X-No${control}te: a`])).status).toBe(400);
    }
    expect(upstream.received).toHaveLength(before);
    // Sent as UTF-8, read as Latin-1.
    expect((await send(['X-Note: a\tb\xff'])).status).toBe(200);
    expect(fieldValues(upstream.last.rawHeaders, 'x-note')).toEqual(['a\tb\xc3\xbf']);
  });
});
