import type { Server } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ListenAddress } from '../../config/listen-address';
import { DecisionListener } from '../doors/decision-listener';
import { ProxyListener } from '../proxy/proxy-listener';

/** Where a started gateway listens, with the ports the system chose in place of 0. */
export function listenAddresses(app: NestExpressApplication): Record<'proxy' | 'decision' | 'admin', ListenAddress> {
  return {
    proxy: addressOf(app.get(ProxyListener).server),
    decision: addressOf(app.get(DecisionListener).server),
    admin: addressOf(app.getHttpServer()),
  };
}

function addressOf(server: Server): ListenAddress {
  const address = server.address();
  if (address === null) throw new Error('The server is not listening.');
  if (typeof address === 'string') return { kind: 'unix', path: address };
  return { kind: 'tcp', host: address.address, port: address.port };
}
