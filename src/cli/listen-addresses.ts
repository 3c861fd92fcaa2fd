import type { Server } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { ListenAddress } from '../../config/listen-address';
import { DecisionListener } from '../doors/decision-listener';
import { GrpcListener } from '../doors/grpc/grpc-listener';
import { ProxyListener } from '../proxy/proxy-listener';

/** Where a started gateway listens, with the ports the system chose in place of 0. */
export interface ListenAddresses {
  readonly proxy: ListenAddress;
  readonly decision: ListenAddress;
  readonly decision_grpc?: ListenAddress;
  readonly admin: ListenAddress;
}

export function listenAddresses(app: NestExpressApplication): ListenAddresses {
  const { server: grpc } = app.get(GrpcListener);
  return {
    proxy: addressOf(app.get(ProxyListener).server),
    decision: addressOf(app.get(DecisionListener).server),
    ...(grpc && { decision_grpc: addressOf(grpc) }),
    admin: addressOf(app.getHttpServer()),
  };
}

function addressOf(server: Server): ListenAddress {
  const address = server.address();
  if (address === null) throw new Error('The server is not listening.');
  if (typeof address === 'string') return { kind: 'unix', path: address };
  return { kind: 'tcp', host: address.address, port: address.port };
}
