import { formatListenAddress } from '../../config/listen-address';
import { loadSettings } from '../../config/settings';
import { startGateway } from '../gateway';
import { newLogger } from '../logging/logger';
import { listenAddresses } from './listen-addresses';
import { stopOnSignals } from './stop-on-signals';

/** `gatewarden start`: serves until SIGTERM or SIGINT, then drains and exits 0. */
export async function start(options: { config?: string }): Promise<void> {
  const settings = loadSettings({ env: process.env, file: options.config, isTty: process.stdout.isTTY });
  const logger = newLogger(settings);
  const starting = startGateway(settings, logger);
  stopOnSignals(async () => (await starting).close(), { logger, deadlineMs: settings.shutdownDeadlineMs });
  const { proxy, admin } = listenAddresses(await starting);
  logger.info({ proxy: formatListenAddress(proxy), admin: formatListenAddress(admin) }, 'Gatewarden is ready');
}
