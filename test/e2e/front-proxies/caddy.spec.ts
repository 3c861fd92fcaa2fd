import { freePort } from '../../support/free-port';
import { FrontProxy, isInstalled } from '../../support/front-proxy';
import { type Behind, describeFrontProxy } from '../../support/front-proxy-rows';

async function startCaddy({ gatewayPort, servicePort }: Behind): Promise<FrontProxy> {
  const port = await freePort();
  const env = {
    LISTEN: `:${port}`,
    GATEWARDEN: `127.0.0.1:${gatewayPort}`,
    SERVICE: `127.0.0.1:${servicePort}`,
  };
  const command = (directory: string) => ['caddy', 'run', '--config', `${directory}/Caddyfile`];
  return FrontProxy.start({ folder: 'caddy', env, command }, port);
}

if (isInstalled('caddy', 'version')) describeFrontProxy('Caddy', { start: startCaddy });
else it.skip('a service behind Caddy: caddy is not installed', () => undefined);
