import { loadSettings } from './settings';
import { SettingsError } from './settings-error';
import { tlsFilesOf } from './tls-files';

function faultsOf(env: Record<string, string>): string[] {
  try {
    loadSettings({ env });
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.map(({ name, message }) => `${name} ${message}`);
    throw error;
  }
  return [];
}

describe('the TLS files of a listener', () => {
  it('are none where nothing is set', () => {
    const settings = loadSettings({ env: {} });
    expect(tlsFilesOf(settings, 'proxy')).toBeUndefined();
    expect(tlsFilesOf(settings, 'admin')).toBeUndefined();
  });

  it.each([
    ['proxy', 'PROXY'],
    ['admin', 'ADMIN'],
  ] as const)('of the %s are known by the settings that name them', (listener, prefix) => {
    const env = { [`${prefix}_TLS_CERT`]: '/a.pem', [`${prefix}_TLS_KEY`]: './a.key' };
    const files = {
      listener,
      cert: { name: `${prefix}_TLS_CERT`, path: '/a.pem' },
      key: { name: `${prefix}_TLS_KEY`, path: './a.key' },
    };
    expect(tlsFilesOf(loadSettings({ env }), listener)).toEqual({ ...files, clientCa: undefined });
    const clientCa = { name: `${prefix}_TLS_CLIENT_CA`, path: 'ca.pem' };
    const withCa = loadSettings({ env: { ...env, [clientCa.name]: clientCa.path } });
    expect(tlsFilesOf(withCa, listener)).toEqual({ ...files, clientCa });
    expect(tlsFilesOf(withCa, listener === 'proxy' ? 'admin' : 'proxy')).toBeUndefined();
  });

  it.each([
    [{ PROXY_TLS_CERT: 'a' }, [/^PROXY_TLS_KEY is required with PROXY_TLS_CERT/]],
    [{ PROXY_TLS_KEY: 'a' }, [/^PROXY_TLS_CERT is required with PROXY_TLS_KEY/]],
    [
      { PROXY_TLS_CLIENT_CA: 'a' },
      [/^PROXY_TLS_CERT is required with PROXY_TLS_CLIENT_CA/, /^PROXY_TLS_KEY is required with PROXY_TLS_CLIENT_CA/],
    ],
    [{ ADMIN_TLS_CERT: 'a', ADMIN_TLS_CLIENT_CA: 'a' }, [/^ADMIN_TLS_KEY is required/]],
    [{ ADMIN_TLS_KEY: 'a', PROXY_TLS_CERT: 'a' }, [/^PROXY_TLS_KEY is required/, /^ADMIN_TLS_CERT is required/]],
    [{ PROXY_TLS_CERT: 'a', PROXY_TLS_KEY: 'b', LOG_LEVEL: 'loud' }, [/^LOG_LEVEL /]],
    [{ PROXY_TLS_CERT: 'a', LOG_LEVEL: 'loud' }, [/^LOG_LEVEL /, /^PROXY_TLS_KEY /]],
  ])('are not made of %j', (env, faults) => {
    expect(faultsOf(env)).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });

  it('are files, not what is in them, which is not repeated', () => {
    const [fault = '', ...others] = faultsOf({
      PROXY_TLS_CERT: 'a',
      PROXY_TLS_KEY: '-----BEGIN PRIVATE KEY-----\nabc',
    });
    expect(fault).toMatch(/^PROXY_TLS_KEY takes the path of a PEM file/);
    expect(others.join()).not.toContain('abc');
  });
});
