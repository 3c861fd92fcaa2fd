import type { JsonObject } from '../core/credentials/jwt/strict-json';
import { IssuerUnavailable } from './issuer-unavailable';

const HOUR_MS = 3_600_000;

interface DiscoveryOptions {
  /** The issuer, exactly as its tokens and its document name it. */
  readonly issuer: string;
  readonly getJson: (url: string) => Promise<JsonObject>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Where an OpenID provider publishes its keys (OpenID Connect Discovery 1.0 section 4). */
export class OidcDiscovery {
  private jwksUri: string | undefined;
  private renewAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: DiscoveryOptions) {}

  /**
   * The address of the keys; the last one known while the document cannot be had.
   * @throws Error when there is none
   */
  async findJwksUri(): Promise<string> {
    if (this.jwksUri !== undefined && this.options.now() < this.renewAtMs) return this.jwksUri;
    try {
      this.jwksUri = await this.load();
      this.renewAtMs = this.options.now() + HOUR_MS;
    } catch (error) {
      if (this.jwksUri === undefined) throw error;
    }
    return this.jwksUri;
  }

  /** The keys were not where the document said: it is read again before they are looked for again. */
  forget(): void {
    this.renewAtMs = Number.NEGATIVE_INFINITY;
  }

  private async load(): Promise<string> {
    const { issuer } = this.options;
    const document = await this.options.getJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    // Otherwise one issuer could speak for another (section 4.3, RFC 8414 section 3.3).
    if (document.issuer !== issuer) throw new IssuerUnavailable('the discovery document names another issuer');
    const { jwks_uri: jwksUri } = document;
    if (typeof jwksUri !== 'string' || !isFetchable(jwksUri, issuer)) {
      throw new IssuerUnavailable('the discovery document names no usable jwks_uri');
    }
    return jwksUri;
  }
}

/** Keys of an issuer behind TLS are not fetched without it. */
function isFetchable(jwksUri: string, issuer: string): boolean {
  if (!URL.canParse(jwksUri)) return false;
  const { protocol } = new URL(jwksUri);
  return protocol === 'https:' || (protocol === 'http:' && issuer.startsWith('http:'));
}
