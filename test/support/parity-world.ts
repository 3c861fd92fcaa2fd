import { createHash, randomBytes } from 'node:crypto';
import { Gateway } from './gateway';
import { RecordingUpstream } from './recording-upstream';

export const ISSUER = 'https://idp.parity.test/';
export const AUDIENCE = 'api';
/** Where nobody listens: an issuer and a policy agent that are down. */
const NOWHERE = 'http://127.0.0.1:9';

/** A client of the parity policy with everything it may show. */
export interface ParityClient {
  readonly id: string;
  readonly key: string;
  readonly secret: string;
}

/** One policy with every kind of demand, credential and refusal in it, served by one gateway. */
export class ParityWorld {
  readonly protectKey = randomBytes(16).toString('hex');
  readonly tokenSecret = randomBytes(32).toString('hex');
  readonly fingerprint = createHash('sha256').update('certificate of the parity client').digest('hex');
  readonly clients = new Map<string, ParityClient>();
  readonly routeIds = new Map<string, string>();

  private constructor(
    readonly gateway: Gateway,
    readonly upstream: RecordingUpstream,
  ) {}

  static async start(): Promise<ParityWorld> {
    const upstream = await RecordingUpstream.start();
    const gateway = await Gateway.start({ TRUSTED_PROXIES: '127.0.0.1', DECISION_GRPC_LISTEN: '127.0.0.1:0' });
    const world = new ParityWorld(gateway, upstream);
    await world.publish();
    return world;
  }

  client(name: string): ParityClient {
    const client = this.clients.get(name);
    if (!client) throw new Error(`no client ${name}`);
    return client;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.upstream.close();
  }

  private async publish(): Promise<void> {
    await this.gateway.admin('POST', '/services', { name: 'parity', upstreams: [{ url: this.upstream.url }] });
    await this.publishIssuers();
    await this.gateway.admin('POST', '/protect-keys', { app: 'ios', value: this.protectKey });
    await this.publishRoutes();
    await this.publishClients();
  }

  private async publishIssuers(): Promise<void> {
    const common = {
      audiences: [AUDIENCE],
      claims: { roles: 'roles', scopes: 'scope', tenant: 'tenant', client: null },
    };
    await this.gateway.admin('POST', '/issuers', {
      ...common,
      name: 'corp',
      type: 'static',
      issuer: ISSUER,
      secret: this.tokenSecret,
      algorithms: ['HS256'],
    });
    await this.gateway.admin('POST', '/issuers', {
      ...common,
      name: 'machines',
      type: 'static',
      issuer: `${ISSUER}machines`,
      secret: this.tokenSecret,
      algorithms: ['HS256'],
      claims: { ...common.claims, client: 'azp' },
    });
    await this.gateway.admin('POST', '/issuers', {
      ...common,
      name: 'down',
      type: 'jwks',
      issuer: `${ISSUER}down`,
      jwks_url: `${NOWHERE}/jwks.json`,
      algorithms: ['RS256'],
    });
  }

  private async publishRoutes(): Promise<void> {
    const demand = (fields: object) => ({ auth_required: true, ...fields });
    const methods = (fields: object) => ({ GET: demand(fields), POST: demand(fields) });
    await this.route('/public/*', { GET: { auth_required: false } });
    await this.route('/key/*', methods({ auth_type: 'api_key' }));
    await this.route('/in-query/*', methods({ auth_type: 'api_key' }), { api_key_in_query: true });
    await this.route('/hmac/*', methods({ auth_type: 'hmac' }));
    await this.route('/small/*', methods({ auth_type: 'hmac' }), { max_body_bytes: 8 });
    await this.route('/path-only/*', methods({ auth_type: 'hmac' }), { hmac_unsigned_query: true });
    await this.route('/jwt/*', methods({ auth_type: 'jwt' }));
    await this.route('/editors/*', methods({ auth_type: 'jwt', roles_any: ['editor'], scopes_all: ['orders:write'] }));
    await this.route('/corp-only/*', methods({ auth_type: 'jwt', issuers: ['machines'] }));
    await this.route('/any/*', methods({ auth_types: ['jwt', 'hmac', 'api_key'] }));
    await this.route('/mtls/*', methods({ auth_type: 'mtls' }));
    await this.route('/protect/*', { POST: { auth_required: false, protect: true } });
    await this.route('/protect-v2/*', { POST: { auth_required: false, protect: true } }, { protect_versions: ['v2'] });
    await this.route('/here/*', methods({ auth_type: 'api_key', condition: "request.ip == '198.51.100.7'" }));
    await this.route('/tenant/*', methods({ auth_type: 'jwt', condition: "principal.tenant == 'acme'" }));
    await this.route('/opa/*', methods({ auth_type: 'api_key', opa: { url: `${NOWHERE}/v1/data/allow` } }));
    await this.route('/disabled/*', { GET: { auth_required: false } }, { enabled: false });
    await this.route('/encoded/*', { GET: { auth_required: false } }, { allow_encoded_slash: true });
  }

  private async route(pattern: string, methods: object, fields: object = {}): Promise<void> {
    const created = await this.gateway.admin('POST', '/routes', {
      domain: 'api.test',
      route_pattern: pattern,
      service_name: 'parity',
      methods,
      ...fields,
    });
    this.routeIds.set(pattern, created.route_id);
  }

  private async publishClients(): Promise<void> {
    for (const name of ['mobile', 'suspended', 'revoked', 'stranger', 'reader', 'limited']) await this.newClient(name);
    const { id } = this.client('mobile');
    await this.gateway.admin('POST', `/clients/${id}/credentials`, {
      kind: 'certificate',
      fingerprint_sha256: this.fingerprint,
    });
    await this.setStatus('suspended');
    await this.setStatus('revoked');
    await this.gateway.admin('PUT', `/rate-limits/${this.client('limited').id}`, { requests_per_day: 1 });
  }

  private async newClient(name: string): Promise<void> {
    const created = await this.gateway.admin('POST', '/clients', {
      client_name: name,
      alias: `${name}-alias`,
      api_key: { generate: true },
      shared_secret: { generate: true },
    });
    this.clients.set(name, { id: created.client_id, key: created.api_key, secret: created.shared_secret });
    if (name === 'stranger') return;
    const allowed_methods = name === 'reader' ? ['GET'] : ['GET', 'POST'];
    for (const route_id of this.routeIds.values()) {
      await this.gateway.admin('POST', '/permissions', { client_id: created.client_id, route_id, allowed_methods });
    }
  }

  private async setStatus(name: 'suspended' | 'revoked'): Promise<void> {
    await this.gateway.admin('PATCH', `/clients/${this.client(name).id}`, { status: name });
  }
}
