import { type DestinationStream, destination } from 'pino';
import pretty from 'pino-pretty';
import { loadSettings, type Settings } from '../../config/settings';
import { mintAdminToken } from '../admin-tokens/admin-token';
import { startGateway } from '../gateway';
import { newLogger } from '../logging/logger';
import { AdminClient } from './admin-client';
import { demoCalls } from './demo/demo-calls';
import { renewCredentials } from './demo/demo-credentials';
import { applyDemoPolicy } from './demo/demo-policy';
import { DemoUpstream } from './demo/demo-upstream';
import { useUpCall } from './demo/use-up-call';
import { listenAddresses } from './listen-addresses';
import { toLocalUrl } from './local-url';
import { stopOnSignals } from './stop-on-signals';

/** Never the database of the settings: a demo must not leave its routes in somebody's policy. */
const DATABASE_URL = 'pglite:./.gatewarden/demo/db';
/** Its calls are to be copied as they stand, and know nothing of anybody's certificates. */
const PLAIN_HTTP = {
  proxyTlsCert: undefined,
  proxyTlsKey: undefined,
  proxyTlsClientCa: undefined,
  adminTlsCert: undefined,
  adminTlsKey: undefined,
  adminTlsClientCa: undefined,
};
/** The lines it prints ask the doors from this machine, without a token. */
const OWN_TRUST = { trustedProxies: [], decisionDoorToken: undefined };
/** The person it lets log in is nobody of somebody's own table, and gets no mail. */
const OWN_PEOPLE = { authEndpoints: true, usersDatabaseUrl: undefined, smtpUrl: undefined };
const STDERR = 2;

/** `gatewarden demo`: a gateway with one route of each kind before an upstream of its own, and a call for each to try. */
export async function demo({ config }: { config?: string }): Promise<void> {
  const settings = loadDemoSettings(config);
  const logger = newLogger(settings, logStream(settings));
  const upstream = await DemoUpstream.start();
  const starting = startGateway(settings, logger);
  const close = async () => {
    await (await starting).close();
    await upstream.close();
  };
  stopOnSignals(close, { logger, deadlineMs: settings.shutdownDeadlineMs });
  const { proxy, decision, admin } = listenAddresses(await starting);
  const client = new AdminClient(toLocalUrl(admin), settings.adminToken);
  const credentials = await renewCredentials(client);
  await applyDemoPolicy(client, upstream.url, credentials);
  await client.close();
  await useUpCall(toLocalUrl(proxy), credentials.dailyKey);
  process.stdout.write(`${welcome(toLocalUrl(admin).origin, settings.adminToken)}\n`);
  for (const call of demoCalls(toLocalUrl(proxy), toLocalUrl(decision), credentials)) {
    process.stdout.write(`\n# ${call.title}\n${call.command}  # ${call.status}\n`);
  }
}

function loadDemoSettings(config: string | undefined): Settings & { adminToken: string } {
  const env = { LOG_LEVEL: 'warn', ...process.env, WORKERS: '1', DATABASE_URL };
  const settings = loadSettings({ env, file: config, isTty: process.stderr.isTTY });
  return {
    ...settings,
    ...PLAIN_HTTP,
    ...OWN_TRUST,
    ...OWN_PEOPLE,
    adminToken: settings.adminToken ?? mintAdminToken(),
  };
}

/** The log goes to stderr: stdout holds what is to be read and copied. */
function logStream({ logFormat }: Settings): DestinationStream {
  if (logFormat === 'pretty') return pretty({ destination: STDERR, sync: true, ignore: 'application' });
  return destination({ dest: STDERR, sync: true });
}

function welcome(adminOrigin: string, adminToken: string): string {
  return [
    'The Gatewarden demo is ready; Ctrl+C stops it. Each line below ends in the status it gets.',
    `Admin API: ${adminOrigin}/docs with the token ${adminToken} (until the demo stops).`,
  ].join('\n');
}
