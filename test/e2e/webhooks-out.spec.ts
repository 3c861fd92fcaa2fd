import { EventOutbox } from '../../src/database/event-outbox';
import { EVENT_TYPES } from '../../src/database/event-type';
import { KeyExpiryWatch } from '../../src/webhook-sources/key-expiry-watch';
import { Gateway } from '../support/gateway';
import { RecordingUpstream } from '../support/recording-upstream';
import { isSignedBy, ok, refuse, WebhookReceiver } from '../support/webhook-receiver';

let gateway: Gateway;
let receiver: WebhookReceiver;
/** Stays up: its end would be one more event in what the tests after it look at. */
let checked: RecordingUpstream | undefined;
let webhook: { webhook_id: string; secret: string };

beforeAll(async () => {
  gateway = await Gateway.start({ WEBHOOK_ALLOWED_ADDRESSES: '127.0.0.1' });
  receiver = await WebhookReceiver.start();
  webhook = await gateway.admin('POST', '/webhooks', { url: receiver.url, events: EVENT_TYPES });
});
afterAll(async () => {
  await receiver?.close();
  await gateway?.close();
  await checked?.close();
});

const startAgain = (url: string) => RecordingUpstream.start(undefined, Number(new URL(url).port));
const call = (path: string, key: string): Promise<Response> =>
  fetch(`${gateway.proxyUrl}${path}`, { headers: { 'x-api-key': key } });

/** The events of a type that a test causes, once there are so many of them; each must be signed right. */
async function caused(type: string, count: number, cause: () => Promise<unknown>) {
  const before = receiver.ofType(type).length;
  await cause();
  await receiver.until(() => receiver.ofType(type).length >= before + count);
  for (const received of receiver.received) expect(isSignedBy(webhook.secret, received)).toBe(true);
  const events = receiver.ofType(type).slice(before);
  for (const { timestamp } of events) expect(Math.abs(Date.parse(timestamp) - Date.now())).toBeLessThan(30_000);
  return events.map(({ data }) => data);
}

describe('a webhook is told', () => {
  it('that a client was made, suspended and revoked', async () => {
    const sent = { client_name: 'Mobile app ü', alias: 'mobile', tenant: 'acme', api_key: { generate: true } };
    const [made] = await caused('client.created', 1, () => gateway.admin('POST', '/clients', sent));
    const view = { client_id: made.client_id, client_name: 'Mobile app ü', alias: 'mobile', tenant: 'acme' };
    expect(made).toEqual({ ...view, status: 'active' });
    for (const status of ['suspended', 'revoked']) {
      const change = () => gateway.admin('PATCH', `/clients/${made.client_id}`, { status });
      expect(await caused(`client.${status}`, 1, change)).toEqual([{ ...view, status }]);
    }
    await gateway.admin('PATCH', `/clients/${made.client_id}`, { client_name: 'another' });
    expect(receiver.ofType('client.revoked')).toHaveLength(1);
  });

  it('that a key was rotated, of a client, an app or the gateway, and never the key', async () => {
    const client = await gateway.admin('POST', '/clients', { client_name: 'x', api_key: { generate: true } });
    const [credential] = client.credentials;
    const path = `/clients/${client.client_id}/credentials/${credential.credential_id}/rotate`;
    const app = await gateway.admin('POST', '/protect-keys', { app: 'ios', generate: true });
    const secrets: string[] = [client.api_key, app.key];
    const data = await caused('key.rotated', 3, async () => {
      secrets.push((await gateway.admin('POST', path)).secret);
      secrets.push((await gateway.admin('POST', `/protect-keys/${app.protect_key_id}/rotate`)).key);
      await gateway.admin('POST', '/signing-keys/rotate', { activation_delay_seconds: 0 });
    });
    const byKind = Object.fromEntries(data.map((one) => [one.kind, one]));
    expect(byKind.api_key).toMatchObject({
      client_id: client.client_id,
      replaced_credential_id: credential.credential_id,
      replaced_expires_at: expect.any(Number),
    });
    expect(byKind.protect_key).toMatchObject({ app: 'ios', replaced_protect_key_id: app.protect_key_id });
    expect(byKind.signing_key).toMatchObject({ kid: expect.any(String), algorithm: 'EdDSA' });
    for (const secret of secrets) expect(JSON.stringify(receiver.received)).not.toContain(secret);
  });

  it('once that a credential ends within 7 days', async () => {
    const client = await gateway.admin('POST', '/clients', { client_name: 'ending' });
    const inDays = (days: number) => Math.floor(Date.now() / 1000) + days * 86_400;
    const give = (expires_at: number) =>
      gateway.admin('POST', `/clients/${client.client_id}/credentials`, {
        kind: 'api_key',
        generate: true,
        expires_at,
      });
    const soon = await give(inDays(6));
    const gone = await give(inDays(5));
    await give(inDays(8));
    await give(inDays(-1));
    await gateway.admin('DELETE', `/clients/${client.client_id}/credentials/${gone.credential_id}`);
    const watch = gateway.app.get(KeyExpiryWatch);
    const ofClient = () => receiver.ofType('key.expiring').filter(({ data }) => data.client_id === client.client_id);
    await caused('key.expiring', 1, () => watch.look());
    await receiver.until(() => ofClient().length > 0);
    await watch.look();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { credential_id, expires_at } = soon;
    const named = { client_name: 'ending', kind: 'api_key', name: null };
    expect(ofClient().map(({ data }) => data)).toEqual([
      { client_id: client.client_id, ...named, credential_id, expires_at },
    ]);
  });

  it('that an admin logged in', async () => {
    const event = { type: 'admin.login', data: { email: 'a@b.c' } } as const;
    expect(await caused('admin.login', 1, () => gateway.app.get(EventOutbox).emit(event))).toEqual([event.data]);
  });

  it('once of credentials that are guessed', async () => {
    await gateway.publish({ upstreams: ['http://127.0.0.1:9'], pattern: '/guessed/*' });
    const data = await caused('credentials.burst', 1, async () => {
      for (let count = 0; count < 45; count += 1) await call('/guessed/1', 'wrong');
    });
    expect(data).toEqual([{ address: '127.0.0.1', failures: 20, within_seconds: 60 }]);
  });

  it('once that a client has used up its limit', async () => {
    const upstream = await RecordingUpstream.start();
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/limited/*' });
    await gateway.admin('PUT', `/rate-limits/${clientId}`, { requests_per_day: 2 });
    const data = await caused('limit.exceeded', 1, async () => {
      for (let count = 0; count < 6; count += 1) await call('/limited/1', key);
    });
    expect(data).toEqual([
      expect.objectContaining({ client_id: clientId, limit_name: 'daily', limit: 2, window_seconds: 86_400 }),
    ]);
    await upstream.close();
  });

  it('that an upstream fails its callers, and that it answers again', async () => {
    const passive_health = { failures: 3, eject_ms: 100 };
    const service = { name: 'failing', passive_health, retries: 0 };
    const gone = await RecordingUpstream.start();
    const { url } = gone;
    await gone.close();
    const { key } = await gateway.publish({ upstreams: [url], pattern: '/failing/*', service });
    const down = await caused('upstream.down', 1, async () => {
      for (let count = 0; count < 8; count += 1) await call('/failing/1', key);
    });
    expect(down).toEqual([{ service_id: expect.any(String), service_name: 'failing', upstream: url }]);
    const back = await startAgain(url);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await caused('upstream.up', 1, () => call('/failing/1', key))).toEqual(down);
    await back.close();
  });

  it('that an upstream fails its health check, and passes it again', async () => {
    const upstream = await RecordingUpstream.start();
    const { url } = upstream;
    const health_check = { path: '/healthz', interval_ms: 100, timeout_ms: 100, healthy_after: 1, unhealthy_after: 2 };
    await gateway.publish({ upstreams: [url], pattern: '/checked/*', service: { name: 'checked', health_check } });
    const ofChecked = { service_name: 'checked', upstream: url };
    expect(await caused('upstream.down', 1, () => upstream.close())).toMatchObject([ofChecked]);
    const up = caused('upstream.up', 1, async () => {
      checked = await startAgain(url);
    });
    expect(await up).toMatchObject([ofChecked]);
  });
});

describe('a delivery', () => {
  const log = (query = '') => gateway.admin('GET', `/webhooks/${webhook.webhook_id}/deliveries${query}`);

  it('stands in the log, which is filtered and paged', async () => {
    const all = await log('?limit=1000');
    expect(new Set(all.map((row: { status: string }) => row.status))).toEqual(new Set(['delivered']));
    expect(all).toHaveLength(receiver.received.length);
    expect(all.map((row: { event_id: string }) => row.event_id).sort()).toEqual(
      receiver.received.map(({ id }) => id).sort(),
    );
    expect(await log('?type=client.suspended')).toEqual([
      {
        delivery_id: expect.any(String),
        webhook_id: webhook.webhook_id,
        event_id: expect.any(String),
        type: 'client.suspended',
        status: 'delivered',
        attempts: 1,
        response_status: 204,
        last_error: null,
        attempted_at: expect.any(Number),
        next_attempt_at: null,
        created_at: expect.any(Number),
      },
    ]);
    expect(await log('?status=failed')).toEqual([]);
    expect(await log('?limit=2')).toEqual(all.slice(0, 2));
  });

  it('is made again on demand, with the same id and bytes', async () => {
    const [row] = await log('?type=client.suspended');
    const first = receiver.received.find(({ id }) => id === row.event_id);
    const path = `/webhooks/${webhook.webhook_id}/deliveries/${row.delivery_id}/resend`;
    const again = await gateway.admin('POST', path);
    expect(again).toMatchObject({ event_id: row.event_id, status: 'pending', attempts: 0 });
    const same = () => receiver.received.filter(({ id }) => id === row.event_id);
    await receiver.until(() => same().length === 2);
    expect(same()[1]?.text).toBe(first?.text);
    expect(await log('?type=client.suspended')).toHaveLength(2);
  });

  it('that fails is due again in about 30 seconds', async () => {
    receiver.answer = refuse;
    await gateway.admin('POST', '/clients', { client_name: 'unheard' });
    let pending: { attempts: number; next_attempt_at: number; attempted_at: number; last_error: string }[] = [];
    while (pending[0]?.attempts !== 1) pending = await log('?status=pending');
    const [row] = pending;
    expect(row?.last_error).toBe('the receiver answered 500');
    const waits = (row?.next_attempt_at ?? 0) - (row?.attempted_at ?? 0);
    expect(waits).toBeGreaterThanOrEqual(26);
    expect(waits).toBeLessThanOrEqual(34);
    receiver.answer = ok;
    const metrics = await (await fetch(`${gateway.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/^gatewarden_webhook_attempts_total\{outcome="delivered"\} [1-9]\d*$/m);
    expect(metrics).toMatch(/^gatewarden_webhook_attempts_total\{outcome="failed"\} 1$/m);
    expect(metrics).toMatch(/^gatewarden_webhook_deliveries_pending 1$/m);
  });

  it('is signed by the new secret and the old one after a rotation, and by the new one alone without an overlap', async () => {
    const rotate = (body: object) => gateway.admin('POST', `/webhooks/${webhook.webhook_id}/rotate`, body);
    const tell = async (client_name: string) => {
      const count = receiver.received.length;
      await gateway.admin('POST', '/clients', { client_name });
      const received = await receiver.until(({ length }) => length > count);
      const last = received.at(-1);
      if (!last) throw new Error('nothing came');
      return last;
    };
    const second = await rotate({ overlap_seconds: 3600 });
    const during = await tell('during');
    expect([isSignedBy(webhook.secret, during), isSignedBy(second.secret, during)]).toEqual([true, true]);
    const third = await rotate({ overlap_seconds: 0 });
    const after = await tell('after');
    expect(isSignedBy(third.secret, after)).toBe(true);
    for (const old of [webhook, second]) expect(() => isSignedBy(old.secret, after)).toThrow('No matching signature');
    const log = JSON.stringify(gateway.log);
    for (const { secret } of [webhook, second, third]) expect(log).not.toContain(secret);
    webhook = third;
  });
});
