import { Gateway } from '../support/gateway';
import { RecordingUpstream } from '../support/recording-upstream';

describe('a client of the proxy', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  const call = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const reply = await fetch(`${gateway.proxyUrl}${path}`, { method, headers });
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as Record<string, unknown> };
  };

  it('gets through with a key and a permission, and is refused at the very next call after the key is revoked', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/revoke/*' });
    expect((await call('/revoke/1', { 'x-api-key': key })).status).toBe(200);
    const [credential] = (await gateway.admin('GET', `/clients/${clientId}/credentials`)) as {
      credential_id: string;
    }[];
    await gateway.admin('DELETE', `/clients/${clientId}/credentials/${credential?.credential_id}`);
    const refused = await call('/revoke/1', { 'x-api-key': key });
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } });
    expect(refused.headers.get('www-authenticate')).toContain('ApiKey');
  });

  it('never gets a stale answer in two hundred rounds of create, call, withdraw, call', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/rounds' });
    const service = `rounds-${Date.now()}`;
    await gateway.admin('POST', '/services', { name: service, upstreams: [{ url: upstream.url }] });
    const methods = { GET: { auth_required: true, auth_type: 'api_key' } };
    for (let round = 0; round < 200; round += 1) {
      const route = await gateway.admin('POST', '/routes', {
        domain: '*',
        route_pattern: `/round/${round}`,
        service_name: service,
        methods,
      });
      const before = await call(`/round/${round}`, { 'x-api-key': key });
      const permission = await gateway.admin('POST', '/permissions', {
        client_id: clientId,
        route_id: route.route_id,
        allowed_methods: ['GET'],
      });
      const granted = await call(`/round/${round}`, { 'x-api-key': key });
      await gateway.admin('DELETE', `/permissions/${permission.permission_id}`);
      const withdrawn = await call(`/round/${round}`, { 'x-api-key': key });
      await gateway.admin('DELETE', `/routes/${route.route_id}`);
      const gone = await call(`/round/${round}`, { 'x-api-key': key });
      expect([before.body.code, granted.status, withdrawn.body.code, gone.body.code]).toEqual([
        'no_permission',
        200,
        'no_permission',
        'no_route_match',
      ]);
    }
  }, 120_000);

  it('is told why it was refused, with ids that lead to the log line', async () => {
    await gateway.publish({ upstreams: [upstream.url], pattern: '/reasons', methods: ['GET'] });
    const missing = await call('/reasons');
    expect(missing).toMatchObject({
      status: 401,
      body: { type: 'urn:gatewarden:problem:credentials_missing', code: 'credentials_missing', status: 401 },
    });
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
    expect(missing.headers.get('x-request-id')).toBe(missing.body.request_id);
    const line = gateway.log.find((entry) => entry.decision_id === missing.body.decision_id);
    expect(line).toMatchObject({
      allowed: false,
      reason: 'credentials_missing',
      route: '/reasons',
      client_id: 'public',
    });

    const wrongMethod = await call('/reasons', {}, 'DELETE');
    expect(wrongMethod).toMatchObject({ status: 405, body: { code: 'method_not_configured' } });
    expect(wrongMethod.headers.get('allow')).toBe('GET');
    expect((await call('/nowhere')).body.code).toBe('no_route_match');
  });

  it('is suspended, revoked and brought back by the status of the client', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/status' });
    await gateway.admin('PATCH', `/clients/${clientId}`, { status: 'suspended' });
    expect((await call('/status', { 'x-api-key': key })).body.code).toBe('client_suspended');
    await gateway.admin('PATCH', `/clients/${clientId}`, { status: 'active' });
    expect((await call('/status', { 'x-api-key': key })).status).toBe(200);
    await gateway.admin('PATCH', `/clients/${clientId}`, { status: 'revoked' });
    expect((await call('/status', { 'x-api-key': key })).body.code).toBe('client_revoked');
  });

  it('keeps its old key for the overlap of a rotation', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/rotate' });
    const [credential] = (await gateway.admin('GET', `/clients/${clientId}/credentials`)) as {
      credential_id: string;
    }[];
    const path = `/clients/${clientId}/credentials/${credential?.credential_id}/rotate`;
    const rotated = await gateway.admin('POST', path, { overlap_seconds: 1 });
    expect((await call('/rotate', { 'x-api-key': key })).status).toBe(200);
    expect((await call('/rotate', { authorization: `Bearer ${rotated.secret}` })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await call('/rotate', { 'x-api-key': key })).body.code).toBe('invalid_credentials');
    expect((await call('/rotate', { authorization: `ApiKey ${rotated.secret}` })).status).toBe(200);
  });

  it('leaves no key behind when the route takes one from the query', async () => {
    const published = { upstreams: [upstream.url], pattern: '/query/*', route: { api_key_in_query: true } };
    const { key } = await gateway.publish(published);
    expect((await call(`/query/1?a=1&api_key=${key}&b=%20x`)).status).toBe(200);
    expect(upstream.last.url).toBe('/query/1?a=1&b=%20x');
    expect((await call(`/query/1?api_key=${key}&api_key=${key}`)).status).toBe(400);
  });
});
