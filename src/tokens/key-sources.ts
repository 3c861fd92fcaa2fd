import { Injectable, Logger } from '@nestjs/common';
import { readPublicKey, readSecret } from '../core/credentials/jwt/static-keys';
import type { JsonObject } from '../core/credentials/jwt/strict-json';
import type { PolicyIssuer } from '../core/policy-issuer';
import { IssuerHttp } from './issuer-http';
import { type KeySource, StaticKeySource } from './key-source';
import { OidcDiscovery } from './oidc-discovery';
import { RemoteKeySource } from './remote-key-source';
import { TokenCounts } from './token-counts';

/** Gives each issuer its keys; keys behind one address are fetched once, whatever else of the issuer changes. */
@Injectable()
export class KeySources {
  private readonly logger = new Logger(KeySources.name);
  private readonly remote = new Map<string, KeySource>();

  constructor(
    private readonly http: IssuerHttp,
    private readonly counts: TokenCounts,
  ) {}

  /** The keys of an issuer, undefined when none can verify its tokens. */
  of(issuer: PolicyIssuer): KeySource | undefined {
    if (issuer.type === 'static' || issuer.type === 'own') return toStaticSource(issuer);
    const address = addressOf(issuer);
    if (address === undefined) return undefined;
    let source = this.remote.get(address);
    if (!source) {
      source = this.toRemoteSource(issuer);
      this.remote.set(address, source);
    }
    return source;
  }

  /** Forgets the keys of addresses that no issuer has any more. */
  keepOnly(issuers: Iterable<PolicyIssuer>): void {
    const wanted = new Set([...issuers].map(addressOf));
    for (const address of this.remote.keys()) if (!wanted.has(address)) this.remote.delete(address);
  }

  private toRemoteSource({ name, type, issuer = '', jwksUrl = '' }: PolicyIssuer): KeySource {
    const getJson = (kind: 'jwks' | 'discovery') => (url: string) => this.counts.ofFetch(kind, this.http.getJson(url));
    const discovery = new OidcDiscovery({ issuer, getJson: getJson('discovery'), now: Date.now });
    return new RemoteKeySource({
      fetchKeys: type === 'oidc' ? () => fetchDiscovered(discovery, getJson('jwks')) : () => getJson('jwks')(jwksUrl),
      now: Date.now,
      onStateChange: (fault) => this.log(name, fault),
    });
  }

  private log(name: string, fault: string | undefined): void {
    if (fault === undefined) this.logger.log(`the keys of issuer ${name} can be fetched`);
    else this.logger.warn(`the keys of issuer ${name} cannot be fetched, those already known are used on: ${fault}`);
  }
}

async function fetchDiscovered(
  discovery: OidcDiscovery,
  getJson: (url: string) => Promise<JsonObject>,
): Promise<JsonObject> {
  try {
    return await getJson(await discovery.findJwksUri());
  } catch (error) {
    discovery.forget();
    throw error;
  }
}

function addressOf({ type, issuer, jwksUrl }: PolicyIssuer): string | undefined {
  if (type === 'jwks' && jwksUrl !== undefined) return `jwks ${jwksUrl}`;
  return type === 'oidc' && issuer !== undefined ? `oidc ${issuer}` : undefined;
}

function toStaticSource({ secret, publicKey }: PolicyIssuer): KeySource | undefined {
  const keys = secret !== undefined ? readSecret(secret) : publicKey !== undefined && readPublicKey(publicKey);
  return keys && typeof keys !== 'string' ? new StaticKeySource(keys) : undefined;
}
