import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { line } from '../admin-api/fields';

const MAX_PEM_LENGTH = 100_000;

const certificate = z
  .string()
  .max(MAX_PEM_LENGTH)
  .refine((pem) => succeeds(() => new X509Certificate(pem)), 'must be a PEM certificate');

const privateKey = z
  .string()
  .max(MAX_PEM_LENGTH)
  .refine((pem) => succeeds(() => createPrivateKey(pem)), 'must be a PEM private key without a passphrase');

/** TLS towards the upstreams; the client key is write-only and may be left out while its certificate stays. */
export const upstreamTlsSchema = z
  .strictObject({
    ca: certificate.nullable().default(null),
    client_certificate: certificate.nullable().default(null),
    client_key: privateKey.nullable().optional(),
    server_name: line('server_name', 255).nullable().default(null),
    verify: z.boolean().default(true),
  })
  .refine(({ client_certificate, client_key }) => client_certificate !== null || !client_key, {
    path: ['client_certificate'],
    error: 'client_certificate is required with client_key',
  })
  .refine(({ client_certificate, client_key }) => isPair(client_certificate, client_key), {
    path: ['client_key'],
    error: 'client_key does not belong to client_certificate',
  });

function isPair(certificatePem: string | null, keyPem: string | null | undefined): boolean {
  if (!certificatePem || !keyPem) return true;
  return new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem));
}

function succeeds(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}
