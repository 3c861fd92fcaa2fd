import { randomUUID } from 'node:crypto';
import { Gateway } from '../support/gateway';
import { aProviderKey, OidcProvider, type ProviderKey } from '../support/oidc-provider';
import { RecordingUpstream } from '../support/recording-upstream';
import { SECRET, signHs256, signJws } from '../support/tokens';

const now = () => Math.floor(Date.now() / 1000);
/** How long the provider is down. */
const OUTAGE_MS = 60_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a gateway beside an OpenID provider', () => {
  const keys = Array.from({ length: 8 }, (_, index) => aProviderKey(`key ${index}`));
  const key = (index: number): ProviderKey => keys[index] ?? aProviderKey('none');
  let provider: OidcProvider;
  let gateway: Gateway;
  let upstream: RecordingUpstream;

  beforeAll(async () => {
    provider = await OidcProvider.start([key(0)]);
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
    const { issuer } = provider;
    await gateway.admin('POST', '/issuers', { name: 'corp', type: 'oidc', issuer, audiences: ['urn:api'] });
    await gateway.admin('POST', '/issuers', {
      name: 'opaque',
      type: 'introspection',
      introspection: {
        url: `${issuer}/token/introspection`,
        client_id: 'gateway',
        client_secret: 'secret of gateway',
        cache_seconds: 2,
      },
    });
    await gateway.admin('POST', '/issuers', { name: 'shop', type: 'static', secret: SECRET });
    for (const name of ['corp', 'opaque', 'shop']) {
      const GET = { auth_required: true, auth_type: 'jwt', issuers: [name] };
      const route = { methods: { GET } };
      await gateway.publish({ upstreams: [upstream.url], pattern: `/${name}/*`, methods: ['GET'], route });
    }
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
    await provider?.close();
  });

  const call = async (path: string, token: string) => {
    const reply = await fetch(`${gateway.proxyUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const body = (await reply.json()) as { code?: string };
    return { status: reply.status, code: body.code, retryAfter: reply.headers.get('retry-after') };
  };
  /** A token as the provider makes them, with any key. */
  const sign = ({ kid, privateKey }: ProviderKey, change: object = {}) =>
    signJws(
      { alg: 'RS256', kid, typ: 'at+jwt' },
      { iss: provider.issuer, aud: 'urn:api', sub: 'u', exp: now() + 600, ...change },
      privateKey,
    );

  it('takes the tokens it issues, and only those for its audience', async () => {
    expect(await call('/corp/1', await provider.token('urn:api'))).toMatchObject({ status: 200 });
    expect(await call('/corp/1', await provider.token('urn:other'))).toMatchObject({ status: 401 });
  });

  it('refuses no good token while keys rotate under load', async () => {
    let isOver = false;
    const statuses: Record<number, number> = {};
    const work = async (): Promise<void> => {
      while (!isOver) {
        const { status } = await call('/corp/load', await provider.token('urn:api'));
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    };
    const workers = Promise.all(Array.from({ length: 8 }, work));
    for (let index = 1; index < 7; index += 1) {
      await pause(300);
      // The new key signs at once, before anybody can have fetched it; the one before it is still published.
      await provider.rotate([key(index), key(index - 1)]);
    }
    await pause(300);
    isOver = true;
    await workers;
    expect(Object.keys(statuses)).toEqual(['200']);
    expect(statuses[200]).toBeGreaterThan(20);
  });

  it('asks about an opaque token once, however many requests carry it', async () => {
    const token = await provider.token('urn:opaque');
    expect(token).not.toContain('.');
    const storm = await Promise.all(Array.from({ length: 50 }, () => call('/opaque/storm', token)));
    expect(storm.map(({ status }) => status)).toEqual(Array(50).fill(200));
    expect(await provider.introspections()).toBe(1);
    expect(await call('/opaque/storm', 'made-up')).toMatchObject({ status: 401, code: 'invalid_credentials' });
    expect(await provider.introspections()).toBe(2);
  });

  it('goes on with what it knows while the provider is down for a minute, says 503 to the rest, and recovers', async () => {
    const kept = await provider.token('urn:api');
    const opaque = await provider.token('urn:opaque');
    for (const [path, token] of [
      ['/corp/1', kept],
      ['/opaque/1', opaque],
    ] as const) {
      expect(await call(path, token)).toMatchObject({ status: 200 });
    }
    await provider.close();
    const unknown = { status: 503, code: 'dependency_unavailable', retryAfter: '1' };
    expect(await call('/opaque/1', opaque)).toMatchObject({ status: 200 });

    for (const end = Date.now() + OUTAGE_MS; Date.now() < end; await pause(3_000)) {
      expect(await call('/corp/1', kept)).toMatchObject({ status: 200 });
      expect(await call('/corp/1', sign(key(6), { jti: randomUUID() }))).toMatchObject({ status: 200 });
      expect(await call('/corp/1', sign(key(7)))).toEqual(unknown);
      expect(gateway.log.findLast((line) => line.reason !== undefined)?.cause).toBe('issuer_unavailable');
      expect(await call('/opaque/1', randomUUID())).toEqual(unknown);
      // What can be told without the provider is told: it does not hide behind a 503.
      expect(await call('/corp/1', sign(key(7), { exp: now() - 60 }))).toMatchObject({ status: 401 });
      expect(await call('/corp/1', sign(key(6), { aud: 'urn:other' }))).toMatchObject({ status: 401 });
      expect(await call('/shop/1', signHs256({ exp: now() + 60 }))).toMatchObject({ status: 200 });
    }
    expect(await call('/opaque/1', opaque)).toEqual(unknown);

    await provider.open([key(7), key(6)]);
    const deadline = Date.now() + 5_000;
    while (Date.now() < deadline && (await call('/corp/1', sign(key(7)))).status !== 200) await pause(100);
    expect(await call('/corp/1', await provider.token('urn:api'))).toMatchObject({ status: 200 });
    expect(await call('/opaque/1', await provider.token('urn:opaque'))).toMatchObject({ status: 200 });
  }, 120_000);
});
