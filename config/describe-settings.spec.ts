import { describeSettings } from './describe-settings';
import { loadSettings } from './settings';

describe('the described settings', () => {
  const printedValue = (name: string, env: Record<string, string>) =>
    describeSettings(loadSettings({ env })).find((row) => row.name === name)?.value;

  it('name every setting by its environment name, with a sentence', () => {
    const rows = describeSettings(loadSettings({ env: {} }));
    expect(rows.map((row) => row.name)).toEqual(expect.arrayContaining(['DATABASE_URL', 'PROXY_LISTEN', 'LOG_LEVEL']));
    expect(rows.filter((row) => !/\.$/.test(row.doc))).toEqual([]);
  });

  it('hold no secret', () => {
    const env = {
      DATABASE_URL: 'postgres://gw:hunter2@db/gw?application_name=gw',
      GATEWARDEN_MASTER_KEY: Buffer.from('hunter2hunter2hunter2hunter2hunt').toString('base64'),
      GATEWARDEN_ADMIN_TOKEN: 'hunter2-hunter2-hunter2',
      METRICS_TOKEN: 'hunter2',
      DECISION_DOOR_TOKEN: 'hunter2',
      USERS_DATABASE_URL: 'mysql://gw:hunter2@db/app',
      TOKEN_SECRET: 'hunter2',
      SMTP_URL: 'smtps://gw:hunter2@mail',
      ADMIN_OIDC_CLIENT_SECRET: 'hunter2',
      AEGIS_TENANT_API_KEY: 'hunter2',
      AEGIS_WEBHOOK_SECRET: 'hunter2',
    };
    const text = JSON.stringify(describeSettings(loadSettings({ env })));

    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(env.GATEWARDEN_MASTER_KEY);
    expect(printedValue('DATABASE_URL', env)).toBe('postgres://gw:********@db/gw?application_name=gw');
    expect(printedValue('METRICS_TOKEN', env)).toBe('********');
    expect(printedValue('METRICS_TOKEN', {})).toBeNull();
  });

  it('show addresses and lists as they are written', () => {
    expect(printedValue('PROXY_LISTEN', { PORT: '3000' })).toBe('0.0.0.0:3000');
    expect(printedValue('TRUSTED_PROXIES', { TRUSTED_PROXIES: '10.0.0.0/8, ::1' })).toEqual(['10.0.0.0/8', '::1']);
  });
});
