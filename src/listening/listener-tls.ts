import { constants } from 'node:crypto';
import type { ServerOptions as HttpServerOptions } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { TlsFiles } from '../../config/tls-files';
import { loadTlsMaterial, type TlsMaterial } from './tls-material';
import { TlsReload } from './tls-reload';

/** With TLS 1.2 only suites with forward secrecy and authenticated encryption; those of TLS 1.3 all have both. */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');
/** On the admin listener shorter than what a stopping process grants it: nothing there cuts a handshake that hangs. */
const HANDSHAKE_TIMEOUT_MS = { proxy: 10_000, admin: 4_000 };

/** The TLS of one listener: its server's options, and its certificate for as long as the server runs. */
export class ListenerTls {
  private readonly logger = new Logger(ListenerTls.name);
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly files: TlsFiles,
    private readonly material: TlsMaterial,
  ) {}

  /** @throws SettingsError with everything that is wrong with the files */
  static async open(files: TlsFiles | undefined): Promise<ListenerTls | undefined> {
    return files && new ListenerTls(files, await loadTlsMaterial(files));
  }

  /**
   * With authorities for clients, the proxy asks for a certificate and serves those without one too: what a method
   * demands decides. The admin listener serves nobody without one.
   */
  get options(): Omit<ServerOptions, 'SNICallback'> {
    const asksForCertificate = this.files.clientCa !== undefined;
    return {
      ...contextOptions(this.material),
      requestCert: asksForCertificate,
      rejectUnauthorized: asksForCertificate && this.files.listener === 'admin',
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS[this.files.listener],
    };
  }

  newServer(options: HttpServerOptions): Server {
    const server = createServer({ ...options, ...this.options });
    this.follow(server);
    return server;
  }

  /** Gives a server made with these options each new certificate, until it closes. */
  follow(server: Server): void {
    const reload = new TlsReload(this.files, this.material, (material) =>
      server.setSecureContext(contextOptions(material)),
    );
    server.once('listening', () => reload.start());
    server.once('close', () => reload.stop());
    server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
    // Node would pass it on as an unreadable request, but there is nobody to answer: no request can be read or written.
    server.removeAllListeners('tlsClientError');
    server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      this.logger.debug(`a TLS handshake on the ${this.files.listener} listener failed: ${error.code}`);
      socket.destroy();
    });
  }

  /** Cuts every connection, those in a handshake too, of which HTTP knows nothing yet. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

function contextOptions({ cert, key, ca }: TlsMaterial): ServerOptions {
  return {
    cert,
    key,
    ca,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    // A client that could negotiate anew could change its certificate in the middle of a connection.
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
}
