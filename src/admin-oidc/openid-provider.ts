import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import { Agent, fetch } from 'undici';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.module';

const TIMEOUT_SECONDS = 5;
const MAX_BYTES = 512 * 1024;
/** What a provider says of itself is asked again after so long. */
const KNOWN_MS = 3_600_000;

/** The OpenID provider of the settings, found by its discovery document. */
@Injectable()
export class OpenIdProvider implements OnApplicationShutdown {
  private readonly agent = new Agent({ maxResponseSize: MAX_BYTES });
  private known: { readonly configuration: Promise<Configuration>; readonly untilMs: number } | undefined;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** Undefined where none is set. */
  get issuer(): string | undefined {
    return this.settings.adminOidcIssuer;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }

  /** What it takes to talk to the provider; a failure is not remembered. */
  async configuration(issuer: string): Promise<Configuration> {
    if (this.known && Date.now() < this.known.untilMs) return this.known.configuration;
    const configuration = this.discover(issuer);
    const known = { configuration, untilMs: Date.now() + KNOWN_MS };
    this.known = known;
    configuration.catch(() => {
      if (this.known === known) this.known = undefined;
    });
    return configuration;
  }

  private async discover(issuer: string): Promise<Configuration> {
    const server = new URL(issuer);
    const authenticate: ClientAuth = (as, client, body, headers) => this.clientAuth(as)(as, client, body, headers);
    // The ID token's signature is verified even where TLS alone would do (OpenID Connect Core section 3.1.3.7, 6).
    const execute = [enableNonRepudiationChecks];
    // The issuer is the operator's own, and may be next door without TLS.
    if (server.protocol === 'http:') execute.push(allowInsecureRequests);
    return discovery(server, this.settings.adminOidcClientId ?? '', undefined, authenticate, {
      execute,
      timeout: TIMEOUT_SECONDS,
      [customFetch]: this.fetch,
    });
  }

  /** Every provider takes Basic (RFC 6749 section 2.3.1) unless it says that it does not. */
  private clientAuth({
    token_endpoint_auth_methods_supported: methods,
  }: {
    token_endpoint_auth_methods_supported?: string[];
  }) {
    const { adminOidcClientSecret: secret } = this.settings;
    if (secret === undefined) return None();
    return !methods || methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
  }

  private readonly fetch: CustomFetch = async (url, options) => {
    const reply = await fetch(url, { ...options, dispatcher: this.agent } as Parameters<typeof fetch>[1]);
    return reply as unknown as Response;
  };
}
