import { Injectable } from '@nestjs/common';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import { z } from 'zod';
import { GatewardenError } from '../errors/gatewarden-error';
import { notFound } from '../errors/refusals';
import { SecretCipher } from '../secrets/secret-cipher';
import { AdminAddress } from './admin-address';
import { toOidcFault } from './oidc-fault';
import { OpenIdProvider } from './openid-provider';

/** How long somebody may take at the provider. */
export const LOGIN_MS = 600_000;

const CONTEXT = 'admin_oidc_login';
const attemptSchema = z.object({ state: z.string(), nonce: z.string(), verifier: z.string(), begunMs: z.number() });
type Attempt = z.output<typeof attemptSchema>;

/** Somebody the provider vouches for. */
export interface OidcPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly email: unknown;
  readonly isVerified: boolean;
}

/** The way to the provider and back (OpenID Connect Core section 3.1, with RFC 7636). */
@Injectable()
export class OidcLoginService {
  constructor(
    private readonly provider: OpenIdProvider,
    private readonly address: AdminAddress,
    private readonly cipher: SecretCipher,
  ) {}

  /** Where to send a browser, and what it has to bring back: sealed, as it holds what proves that the log-in is its own. */
  async begin(): Promise<{ location: string; sealed: string }> {
    const configuration = await this.configuration();
    const attempt: Attempt = {
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      begunMs: Date.now(),
    };
    const location = buildAuthorizationUrl(configuration, {
      redirect_uri: this.callbackUrl,
      scope: 'openid email',
      code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    });
    return { location: location.href, sealed: this.cipher.encrypt(JSON.stringify(attempt), CONTEXT) };
  }

  /** Who came back with this query. @throws GatewardenError */
  async finish(search: string, sealed: string | undefined): Promise<OidcPerson> {
    const configuration = await this.configuration();
    const attempt = this.open(sealed);
    const url = new URL(`${this.callbackUrl}${search}`);
    try {
      return await this.exchange(configuration, url, attempt);
    } catch (error) {
      throw toOidcFault(error);
    }
  }

  private async exchange(configuration: Configuration, url: URL, attempt: Attempt): Promise<OidcPerson> {
    const tokens = await authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: attempt.verifier,
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims) throw new GatewardenError('invalid_credentials', 'the provider sent no ID token');
    const { userinfo_endpoint: userinfo } = configuration.serverMetadata();
    const hasEmail = claims.email !== undefined || userinfo === undefined;
    const person = hasEmail ? claims : await fetchUserInfo(configuration, tokens.access_token, claims.sub);
    // Only this value says so: "true" and 1 do not.
    return { issuer: claims.iss, subject: claims.sub, email: person.email, isVerified: person.email_verified === true };
  }

  private open(sealed: string | undefined): Attempt {
    try {
      const attempt = attemptSchema.parse(JSON.parse(this.cipher.decrypt(sealed ?? '', CONTEXT)));
      if (Date.now() - attempt.begunMs < LOGIN_MS) return attempt;
    } catch {
      // What cannot be opened was not made for this browser, or not by us: the same answer as for none.
    }
    throw new GatewardenError('invalid_credentials', 'the log-in was not begun in this browser; begin again');
  }

  private async configuration(): Promise<Configuration> {
    const { issuer } = this.provider;
    if (issuer === undefined) throw notFound('OpenID provider');
    try {
      return await this.provider.configuration(issuer);
    } catch (error) {
      throw toOidcFault({ code: 'OAUTH_TIMEOUT', cause: error });
    }
  }

  private get callbackUrl(): string {
    return `${this.address.url}/api/admin/oidc/callback`;
  }
}
