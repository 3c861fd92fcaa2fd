import { setTimeout as pass } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { PolicyWriter } from '../../src/database/policy-writer';
import { RouteEntity } from '../../src/routes/route.entity';
import { Gateway } from '../support/gateway';
import { RecordingUpstream } from '../support/recording-upstream';

describe('a route with a condition', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1' });
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  const publish = (pattern: string, demand: object) =>
    gateway.publish({ upstreams: [upstream.url], pattern, isPublic: true, route: { methods: { GET: demand } } });
  const call = async (path: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(`${gateway.proxyUrl}${path}`, { headers });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  /** A line is written at the end of the turn that sends the reply, which the caller may have by then. */
  const causeOf = async (body: Record<string, unknown>) => {
    await pass(50);
    return gateway.log.find((entry) => entry.decision_id === body.decision_id)?.cause;
  };

  it('needs no credential to let in by address', async () => {
    await publish('/office', { auth_required: false, condition: "request.ip in ['10.0.0.0/8', '2001:db8::/32']" });
    expect((await call('/office', { 'X-Forwarded-For': '10.7.0.1' })).status).toBe(200);
    expect((await call('/office', { 'X-Forwarded-For': '2001:db8::7' })).status).toBe(200);
    const refused = await call('/office', { 'X-Forwarded-For': '192.0.2.7' });
    expect(refused).toMatchObject({ status: 403, body: { code: 'condition_denied' } });
    expect(await causeOf(refused.body)).toBe('condition_not_met');
  });

  it('refuses what it cannot evaluate, and says so in the log', async () => {
    const before = upstream.received.length;
    await publish('/staging', { auth_required: false, condition: "request.headers['x-stage'] != 'closed'" });
    const refused = await call('/staging');
    expect(refused).toMatchObject({ status: 403, body: { code: 'condition_denied' } });
    expect(await causeOf(refused.body)).toBe('condition_not_evaluable');
    expect(upstream.received).toHaveLength(before);
    expect((await call('/staging', { 'x-stage': 'open' })).status).toBe(200);
  });

  it('is asked of a client with a permission too', async () => {
    const demand = { auth_required: true, auth_type: 'api_key', condition: "principal.client_name == 'somebody else'" };
    const { key } = await gateway.publish({
      upstreams: [upstream.url],
      pattern: '/clients',
      methods: ['GET'],
      route: { methods: { GET: demand } },
    });
    const refused = await call('/clients', { 'X-API-Key': key });
    expect(refused).toMatchObject({ status: 403, body: { code: 'condition_denied' } });
    expect(JSON.stringify(gateway.log)).not.toContain(key);
  });

  it('is not stored when it is none', async () => {
    const stored = { domain: '*', route_pattern: '/none', service_name: null };
    const demand = {
      auth_required: false,
      condition: "request.ip in ['10.0.0.0/8'] &&\n  principal.tennant == 'acme'",
    };
    const refused = await gateway.admin('POST', '/routes', { ...stored, methods: { DELETE: demand } }).catch(String);
    expect(refused).toContain('"pointer":"/methods/DELETE/condition"');
    expect(refused).toContain('condition, line 2, column 12: principal has no field tennant');
    expect((await call('/none')).body.code).toBe('no_route_match');
  });

  it('stays closed, and keeps its place, when what is stored is none any more', async () => {
    await publish('/*', { auth_required: false });
    const { routeId } = await publish('/vault', { auth_required: false, condition: 'request.is_secure' });
    await gateway.app.get(PolicyWriter).write(async ({ manager, revision }) => {
      const methods = { GET: { auth_required: false, condition: 'nobody.knows(' } };
      await manager.update(RouteEntity, { routeId }, { methods, revision });
    });
    const refused = await call('/vault');
    expect(refused).toMatchObject({ status: 403, body: { code: 'condition_denied' } });
    expect(await causeOf(refused.body)).toBe('condition_not_evaluable');
    expect(JSON.stringify(gateway.log)).toContain(`route ${routeId} refuses every GET: its condition is unusable`);
    await gateway.app.get(DataSource).getRepository(RouteEntity).findOneByOrFail({ routeId });
  });
});
