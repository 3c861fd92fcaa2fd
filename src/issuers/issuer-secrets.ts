import { Injectable, Logger } from '@nestjs/common';
import { invalidField } from '../errors/refusals';
import { SecretCipher } from '../secrets/secret-cipher';
import type { IssuerEntity } from './issuer.entity';
import type { IssuerInput } from './issuer.schema';

/** What of an issuer is stored already, as far as its secrets depend on it. */
export type StoredSecrets = Pick<IssuerEntity, 'issuerId' | 'secret' | 'introspection' | 'introspectionSecret'>;

/** What RFC 7518 section 3.2 asks of HS256. */
const SAFE_SECRET_BYTES = 32;

/** Seals the secrets of an issuer; nobody can read one back, so one that is left out stays. */
@Injectable()
export class IssuerSecrets {
  private readonly logger = new Logger(IssuerSecrets.name);

  constructor(private readonly cipher: SecretCipher) {}

  /**
   * The sealed secrets after a write.
   * @throws GatewardenError request_invalid when one is missing
   */
  seal(input: IssuerInput, stored: StoredSecrets): Pick<IssuerEntity, 'secret' | 'introspectionSecret'> {
    return { secret: this.sealSecret(input, stored), introspectionSecret: this.sealClientSecret(input, stored) };
  }

  private sealSecret({ name, type, secret, public_key }: IssuerInput, stored: StoredSecrets): string | null {
    if (type !== 'static' || public_key !== null) return null;
    if (secret && Buffer.byteLength(secret) < SAFE_SECRET_BYTES) {
      // Systems that move here have such secrets, so it is no refusal.
      this.logger.warn(`issuer ${name} has a secret that can be guessed from one of its tokens: it should be longer`);
    }
    if (secret) return this.cipher.replace(stored.secret, secret, `issuer:${stored.issuerId}:secret`);
    if (secret === undefined && stored.secret !== null) return stored.secret;
    throw invalidField('/secret', 'secret or public_key is required');
  }

  /** Kept for the endpoint it was given for only: another one must not be told it. */
  private sealClientSecret({ introspection }: IssuerInput, stored: StoredSecrets): string | null {
    if (introspection === null) return null;
    const { url, client_id: clientId, client_secret: secret } = introspection;
    if (secret !== undefined) {
      return this.cipher.replace(stored.introspectionSecret, secret, `issuer:${stored.issuerId}:introspection`);
    }
    const isSame = stored.introspection?.url === url && stored.introspection.client_id === clientId;
    if (isSame && stored.introspectionSecret !== null) return stored.introspectionSecret;
    throw invalidField('/introspection/client_secret', 'client_secret is required');
  }
}
