import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from './free-port';

/** A key the provider signs with, and tests may sign with too. */
export interface ProviderKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** A new key for RS256. */
export function aProviderKey(kid: string): ProviderKey {
  return { kid, privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
}

/** `oidc-provider` in a process of its own: it signs with the first of its keys and publishes all. */
export class OidcProvider {
  private child: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  static async start(keys: readonly ProviderKey[]): Promise<OidcProvider> {
    const provider = new OidcProvider(await freePort());
    await provider.open(keys);
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Comes up, again on the same port. */
  async open(keys: readonly ProviderKey[]): Promise<void> {
    const script = join(__dirname, 'oidc-provider.mjs');
    this.child = fork(script, [String(this.port)], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
    await once(this.child, 'message');
    await this.rotate(keys);
  }

  /** Goes down at once. */
  async close(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Signs with the first of these keys from now on. */
  async rotate(keys: readonly ProviderKey[]): Promise<void> {
    await this.tell({ keys: keys.map(({ kid, privateKey }) => toJwk(kid, privateKey)) });
  }

  /** Lets this person log in to the client `console`, and sends the browser back to this address. */
  async expect(sub: string, claims: object, redirectUri: string): Promise<void> {
    await this.tell({ login: { sub, claims, redirectUri } });
  }

  /** How often it was asked about a token. */
  async introspections(): Promise<number> {
    return (await this.tell({})).introspections;
  }

  /** A token of the client `caller` for a resource: a JWT, opaque for `urn:opaque`. */
  async token(resource: string): Promise<string> {
    const reply = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa('caller:secret+of+caller')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope: 'orders:read' }),
    });
    const body = (await reply.json()) as { access_token?: string };
    if (!body.access_token) throw new Error(`no token: ${JSON.stringify(body)}`);
    return body.access_token;
  }

  private async tell(message: object): Promise<{ introspections: number }> {
    if (!this.child) throw new Error('the provider is down');
    this.child.send(message);
    const [answer] = await once(this.child, 'message');
    return answer;
  }
}

function toJwk(kid: string, privateKey: KeyObject): object {
  return { ...privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}
