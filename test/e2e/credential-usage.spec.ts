import { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';
import { CredentialEntity } from '../../src/clients/credential.entity';
import { openDatabase } from '../../src/database/open-database';
import { CredentialUsage } from '../../src/usage/credential-usage';
import { Gateway } from '../support/gateway';
import { RecordingUpstream } from '../support/recording-upstream';

describe('last_used_at of a credential', () => {
  let gateway: Gateway;
  let upstream: RecordingUpstream;
  let usage: CredentialUsage;

  beforeAll(async () => {
    upstream = await RecordingUpstream.start();
    gateway = await Gateway.start();
    usage = gateway.app.get(CredentialUsage);
  });
  afterAll(async () => {
    await gateway?.close();
    await upstream?.close();
  });

  const call = async (path: string, key: string) => {
    const reply = await fetch(`${gateway.proxyUrl}${path}`, { headers: { 'x-api-key': key } });
    await reply.arrayBuffer();
    return reply.status;
  };
  const shown = async (clientId: string): Promise<number | null> => {
    const [credential] = await gateway.admin('GET', `/clients/${clientId}/credentials`);
    return credential.last_used_at;
  };
  const revision = async (): Promise<unknown> =>
    (await gateway.app.get(DataSource).query('SELECT revision FROM config_revision'))[0].revision;

  it('is the second of the last allowed call, and takes no revision', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/used/*' });
    expect(await shown(clientId)).toBeNull();
    const before = await revision();

    const earliest = Math.floor(Date.now() / 1000);
    expect(await call('/used/1', key)).toBe(200);
    await usage.flush();

    const lastUsedAt = await shown(clientId);
    expect(lastUsedAt).toBeGreaterThanOrEqual(earliest);
    expect(lastUsedAt).toBeLessThanOrEqual(Date.now() / 1000);
    expect(await revision()).toBe(before);
  });

  it('is not touched by a refused call', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/get', methods: ['POST'] });

    expect(await call('/get', key)).toBe(405);
    const other = await gateway.publish({ upstreams: [upstream.url], pattern: '/others' });
    expect(await call('/others', key)).toBe(403);
    await usage.flush();

    expect(await shown(clientId)).toBeNull();
    expect(await shown(other.clientId)).toBeNull();
  });

  it('never goes back', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/later' });
    const lastUsedAt = new Date(Math.floor(Date.now() / 1000 + 3600) * 1000);
    await gateway.app.get(DataSource).manager.update(CredentialEntity, { clientId }, { lastUsedAt });

    await call('/later', key);
    await usage.flush();

    expect(await shown(clientId)).toBe(lastUsedAt.getTime() / 1000);
  });

  it('is written by the next flush when the database failed, which is said once', async () => {
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url], pattern: '/outage' });
    const dataSource = gateway.app.get(DataSource);

    await dataSource.query('ALTER TABLE credentials RENAME TO credentials_away');
    expect(await call('/outage', key)).toBe(200);
    await usage.flush();
    await usage.flush();
    await dataSource.query('ALTER TABLE credentials_away RENAME TO credentials');
    const warnings = gateway.log.filter(({ msg }) => String(msg).startsWith('last_used_at cannot be written'));
    expect(warnings).toMatchObject([{ level: 'warn' }]);
    expect(await shown(clientId)).toBeNull();

    await usage.flush();
    expect(await shown(clientId)).toEqual(expect.any(Number));
  });
});

describe('a gateway that stops', () => {
  it('writes what it had noted', async () => {
    const upstream = await RecordingUpstream.start();
    const gateway = await Gateway.start();
    const { key, clientId } = await gateway.publish({ upstreams: [upstream.url] });
    const reply = await fetch(`${gateway.proxyUrl}/x`, { headers: { 'x-api-key': key } });
    await reply.arrayBuffer();
    const { databaseUrl } = gateway.app.get<Settings>(SETTINGS);
    await gateway.app.close();

    const dataSource = await openDatabase(databaseUrl);
    const row = await dataSource.manager.findOneByOrFail(CredentialEntity, { clientId });
    expect(row.lastUsedAt).toBeInstanceOf(Date);

    await dataSource.destroy();
    await gateway.close();
    await upstream.close();
  });
});
