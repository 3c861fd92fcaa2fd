import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { formatListenAddress, type ListenAddress } from '../../../config/listen-address';
import { loadAuthorizationService } from '../../doors/grpc/authorization-service';
import type { CheckResponse } from '../../doors/grpc/check-messages';
import { toLocalUrl } from '../local-url';
import { checkFree } from './check-listener';
import type { Finding } from './finding';

const TIMEOUT_MS = 2_000;
const PROBLEM_TYPE = 'urn:gatewarden:problem:';

/** Whether the address of the gRPC door can be had, or a Gatewarden has it already. */
export async function checkGrpcListener(check: string, address: ListenAddress): Promise<Finding> {
  if (!(await isServedByGatewarden(address))) return checkFree(check, address);
  return { check, status: 'ok', detail: `${formatListenAddress(address)} is served by a Gatewarden` };
}

/** Asks about nothing, which a Gatewarden refuses with a problem body that names its maker. */
async function isServedByGatewarden(address: ListenAddress): Promise<boolean> {
  if (address.kind === 'tcp' && address.port === 0) return false;
  const { origin, socketPath } = toLocalUrl(address);
  const target = socketPath === undefined ? new URL(origin).host : `unix:${socketPath}`;
  const Client = makeGenericClientConstructor(loadAuthorizationService(), 'Authorization');
  const client = new Client(target, credentials.createInsecure());
  try {
    const response = await new Promise<CheckResponse | undefined>((resolve) => {
      const options = { deadline: Date.now() + TIMEOUT_MS };
      const check = client.Check as unknown as CheckMethod | undefined;
      check?.call(client, {}, options, (_, reply) => resolve(reply));
    });
    return response?.denied_response?.body.includes(PROBLEM_TYPE) === true;
  } finally {
    client.close();
  }
}

type CheckMethod = (
  request: object,
  options: { deadline: number },
  done: (error: Error | null, reply: CheckResponse | undefined) => void,
) => void;
