import type { Settings } from '../../config/settings';
import type { RequestFault } from '../core/gateway-request';
import { TrustedPeers } from '../listening/trusted-peers';
import { KnownSecret } from '../secrets/known-secret';
import type { Description } from './description';

const LOOPBACK = ['127.0.0.0/8', '::1'];

type TrustSettings = Pick<Settings, 'trustedProxies' | 'trustedForwarders' | 'decisionDoorToken'>;

/** Who may describe requests at the doors, and whom a request described there is counted for. */
export class DoorTrust {
  private readonly peers: TrustedPeers;
  private readonly token: KnownSecret | undefined;

  /** On a unix socket every peer is trusted: the permissions of the socket file say who may open it. */
  constructor(
    { trustedProxies, trustedForwarders, decisionDoorToken }: TrustSettings,
    private readonly isUnixSocket: boolean,
  ) {
    this.peers = new TrustedPeers(trustedProxies.length === 0 ? LOOPBACK : trustedProxies, trustedForwarders);
    this.token = decisionDoorToken === undefined ? undefined : new KnownSecret(decisionDoorToken);
  }

  /** Why nothing that a peer describes counts, undefined when it does. */
  findFault(peer: string, doorToken: string | undefined): RequestFault | undefined {
    if (!this.isUnixSocket && !this.peers.includes(peer)) return 'peer_not_trusted';
    return this.token && !this.token.is(doorToken ?? '') ? 'wrong_door_token' : undefined;
  }

  /** The client's address as a trusted peer describes it. */
  clientAddress(peer: string, description: Description): string {
    return this.peers.clientAddress(peer, description);
  }
}
