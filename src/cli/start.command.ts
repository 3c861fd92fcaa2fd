import { formatListenAddress } from '../../config/listen-address';
import { loadSettings } from '../../config/settings';
import { startGateway } from '../gateway';
import { newLogger } from '../logging/logger';

/** `gatewarden start`: serves until SIGTERM or SIGINT, then drains and exits 0. */
export async function start(options: { config?: string }): Promise<void> {
  const settings = loadSettings({ env: process.env, file: options.config, isTty: process.stdout.isTTY });
  const logger = newLogger(settings);
  const app = await startGateway(settings, logger);
  logger.info(
    { proxy: formatListenAddress(settings.proxyListen), admin: formatListenAddress(settings.adminListen) },
    'Gatewarden is ready',
  );
  const stop = (signal: string) => {
    logger.info({ signal }, 'Gatewarden is stopping');
    app.close().then(
      () => logger.flush(() => process.exit(0)),
      (error: Error) => {
        logger.error({ err: error }, 'Gatewarden did not stop cleanly');
        logger.flush(() => process.exit(1));
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
