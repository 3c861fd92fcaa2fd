import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import type { UpstreamTls } from '../../core/policy-service';

const KEEP_ALIVE_PROBE_MS = 60_000;

/** Where sockets go. */
export interface SocketTarget {
  readonly url: URL;
  /** Instead of the URL's host. */
  readonly socketPath: string | undefined;
  readonly tls: UpstreamTls | undefined;
}

/** Opens sockets to one target, all in the same way. */
export class SocketOpener {
  readonly connectEvent: 'connect' | 'secureConnect';
  private readonly address: { path: string } | { host: string; port: number };
  private context: SecureContext | undefined;
  /** Of the last handshake: the next one is a short one. */
  private session: Buffer | undefined;

  constructor(private readonly target: SocketTarget) {
    const { url, socketPath } = target;
    const isTls = url.protocol === 'https:';
    this.connectEvent = isTls ? 'secureConnect' : 'connect';
    const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
    this.address = socketPath === undefined ? { host: hostOf(url), port } : { path: socketPath };
  }

  /** @throws Error when a certificate or key is none */
  open(onread: OnReadOpts): Socket {
    const options = {
      ...this.address,
      onread,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    };
    return this.connectEvent === 'connect' ? connectTcp(options) : this.openTls(options);
  }

  private openTls(options: object): Socket {
    const { url, tls } = this.target;
    this.context ??= createSecureContext({ ca: tls?.ca, cert: tls?.clientCertificate, key: tls?.clientKey });
    const host = hostOf(url);
    const socket = connectTls({
      ...options,
      secureContext: this.context,
      servername: tls?.serverName ?? (isIP(host) === 0 ? host : ''),
      rejectUnauthorized: tls?.verify ?? true,
      ALPNProtocols: ['http/1.1'],
      session: this.session,
    });
    return socket.on('session', (session) => {
      this.session = session;
    });
  }
}

/** Without the brackets of an IPv6 address. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
