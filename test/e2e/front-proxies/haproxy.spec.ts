import { freePort } from '../../support/free-port';
import { FrontProxy, isInstalled } from '../../support/front-proxy';
import { type Behind, describeFrontProxy } from '../../support/front-proxy-rows';

async function startHaproxy({ gatewayPort, servicePort }: Behind): Promise<FrontProxy> {
  const port = await freePort();
  const env = {
    LISTEN: `127.0.0.1:${port}`,
    GATEWARDEN: `127.0.0.1:${gatewayPort}`,
    SERVICE: `127.0.0.1:${servicePort}`,
  };
  const command = (directory: string) => ['haproxy', '-f', `${directory}/haproxy.cfg`];
  return FrontProxy.start({ folder: 'haproxy', env, command }, port);
}

if (isInstalled('haproxy', '-v')) describeFrontProxy('HAProxy', { start: startHaproxy });
else it.skip('a service behind HAProxy: haproxy is not installed', () => undefined);
