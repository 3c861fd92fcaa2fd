import { freePort } from '../../support/free-port';
import { FrontProxy, isInstalled } from '../../support/front-proxy';
import { type Behind, describeFrontProxy } from '../../support/front-proxy-rows';

async function startNginx({ gatewayPort, servicePort }: Behind): Promise<FrontProxy> {
  const port = await freePort();
  return FrontProxy.start(
    {
      folder: 'nginx',
      file: 'nginx.conf',
      addresses: {
        'server gatewarden:7843;': `server 127.0.0.1:${gatewayPort};`,
        'server service:3000;': `server 127.0.0.1:${servicePort};`,
        'listen 80;': `listen 127.0.0.1:${port};`,
      },
      command: (directory) => {
        const own = 'daemon off; master_process off; pid nginx.pid;';
        return ['nginx', '-e', 'stderr', '-p', directory, '-c', `${directory}/nginx.conf`, '-g', own];
      },
    },
    port,
  );
}

// nginx takes fields away by whole names, so it can know only those that the gateway or a front proxy does set.
if (isInstalled('nginx', '-v')) describeFrontProxy('nginx', { start: startNginx, lets: ['X-Gatewarden-Anything'] });
else it.skip('a service behind nginx: nginx is not installed', () => undefined);
