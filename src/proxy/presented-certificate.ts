import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { type ForwardedCertificateFault, forwardedCertificate } from '../core/certificates/forwarded-certificate';
import { toClientCertificate } from '../core/certificates/read-certificate';
import type { ClientCertificate } from '../core/client-certificate';

/** By connection: a certificate is read once, however many requests follow it. */
const known = new WeakMap<TLSSocket, ClientCertificate | 'none'>();

/**
 * The client certificate of a request: what a trusted proxy tells of its client, or else what was verified on the
 * connection itself. Anything that did not verify is no certificate at all.
 */
export function presentedCertificate(
  req: IncomingMessage,
  isPeerTrusted: boolean,
): ClientCertificate | ForwardedCertificateFault | undefined {
  const forwarded = isPeerTrusted ? forwardedCertificate(req.rawHeaders) : undefined;
  if (forwarded !== undefined || !(req.socket instanceof TLSSocket)) return forwarded;
  const found = known.get(req.socket) ?? readSocket(req.socket);
  return found === 'none' ? undefined : found;
}

function readSocket(socket: TLSSocket): ClientCertificate | 'none' {
  // A resumed TLS 1.3 session may count as authorized without any certificate.
  const certificate = socket.authorized === true ? socket.getPeerX509Certificate() : undefined;
  const found = certificate ? toClientCertificate(certificate) : 'none';
  known.set(socket, found);
  return found;
}
