import { embeddedDatabase } from '../../config/database-url';
import { formatListenAddress } from '../../config/listen-address';
import { loadSettings } from '../../config/settings';
import { PgliteEngine } from '../database/pglite-engine';
import { assertTlsUsable } from '../listening/assert-tls-usable';
import { newLogger } from '../logging/logger';
import { stopOnSignals } from './stop-on-signals';

/** `gatewarden start`: serves until SIGTERM or SIGINT, then drains and exits 0. */
export async function start(options: { config?: string }): Promise<void> {
  const settings = loadSettings({ env: process.env, file: options.config, isTty: process.stdout.isTTY });
  await assertTlsUsable(settings);
  const embedded = embeddedDatabase(settings.databaseUrl);
  if (embedded) PgliteEngine.openAhead(embedded);
  // Loaded only now: the worker of the embedded database starts meanwhile.
  const { startGateway } = await import('../gateway.js');
  const { listenAddresses } = await import('./listen-addresses.js');
  const logger = newLogger(settings);
  const starting = startGateway(settings, logger);
  stopOnSignals(async () => (await starting).close(), { logger, deadlineMs: settings.shutdownDeadlineMs });
  const addresses = Object.entries(listenAddresses(await starting));
  const told = Object.fromEntries(addresses.map(([name, address]) => [name, formatListenAddress(address)]));
  logger.info(told, 'Gatewarden is ready');
}
