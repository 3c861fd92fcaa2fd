import { randomUUID } from 'node:crypto';
import { mintApiKey } from '../../src/core/credentials/api-key';
import type { AllowanceCode, RefusalCode } from '../../src/core/decision';
import { AUDIENCE, ISSUER, type ParityWorld } from './parity-world';
import { type HmacText, hmacAuthorization, protectFields } from './signing';
import { encode, KEYS, signHs256, signJws } from './tokens';

export interface ParityRequest {
  readonly method: string;
  readonly target: string;
  readonly host?: string;
  /** Besides Host; a name may come twice. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** A request, made anew for every entrance, and the one decision on it. */
export interface ParityRow {
  readonly title: string;
  readonly request: (world: ParityWorld) => ParityRequest;
  readonly code: AllowanceCode | RefusalCode;
  /** Left out where the finer reason is of no matter. */
  readonly cause?: string;
  /** What a door says that never gets a body, where that differs. */
  readonly withoutBody?: { readonly code: RefusalCode; readonly cause: string };
}

type Headers = readonly (readonly [string, string])[];
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

let lastDate = nowSeconds();
/** A date of version 1 may be used once for a method and path; not from the clock, which moves on while dates are taken. */
const freshDate = (): string => {
  lastDate -= 1;
  return String(lastDate);
};

const get = (target: string, headers: Headers = []): ParityRequest => ({ method: 'GET', target, headers });
const post = (target: string, headers: Headers = [], body?: string): ParityRequest => ({
  method: 'POST',
  target,
  headers,
  ...(body === undefined ? {} : { body }),
});
const bearer = (token: string): Headers => [['Authorization', `Bearer ${token}`]];

function claims(change: object = {}): object {
  return { iss: ISSUER, aud: AUDIENCE, sub: 'ada', exp: nowSeconds() + 300, ...change };
}

const token =
  (change: object = {}, header: object = {}) =>
  (world: ParityWorld): Headers =>
    bearer(signHs256(claims(change), header, world.tokenSecret));

/** What a client signs; the moment is now unless given. */
type Signed = Partial<HmacText>;

const now = (): string => String(nowSeconds());

function signature(clientId: string, secret: string, text: Signed): Headers {
  return [['Authorization', hmacAuthorization({ timestamp: now(), ...text, clientId, secret })]];
}

function signed(world: ParityWorld, name: string, text: Signed): Headers {
  const { id, secret } = world.client(name);
  return signature(id, secret, text);
}

function byApp(secret: string, text: Signed = {}): Headers {
  return protectFields({ method: 'POST', target: '/protect/1', timestamp: now(), ...text, secret });
}

const withNonce = (text: Signed = {}): Signed => ({ nonce: randomUUID(), ...text });

const key = (world: ParityWorld, name = 'mobile'): readonly [string, string] => ['X-API-Key', world.client(name).key];

const rows: ParityRow[] = [];
const row = (
  title: string,
  code: ParityRow['code'],
  request: ParityRow['request'],
  further: Partial<ParityRow> = {},
): void => {
  rows.push({ title, code, request, ...further });
};

// Routes and paths
row('a public route', 'no_auth_required', () => get('/public/1'));
row('a public route with a query', 'no_auth_required', () => get('/public/1?a=b&c=%20d'));
row('a public route with a bad key beside it', 'no_auth_required', () => get('/public/1', [['X-API-Key', 'junk']]));
row('no route', 'no_route_match', () => get('/nowhere'));
row('another host', 'no_route_match', () => ({ ...get('/public/1'), host: 'other.test' }));
row('a host in another case, with port and dot', 'no_auth_required', () => ({
  ...get('/public/1'),
  host: 'API.test.:8080',
}));
row('a prefix that is no segment', 'no_route_match', () => get('/publicity'));
row('a disabled route', 'no_route_match', () => get('/disabled/1'));
row('a method the route does not offer', 'method_not_configured', () => post('/public/1'));
row('a dot segment', 'malformed_request', () => get('/public/../key/1'), { cause: 'dot_segment' });
row('an encoded dot segment', 'malformed_request', () => get('/public/%2e%2e/key/1'), { cause: 'dot_segment' });
row('a double slash', 'malformed_request', () => get('/public//1'), { cause: 'empty_segment' });
row('an encoded slash', 'malformed_request', () => get('/public%2f1'), { cause: 'ambiguous_path' });
row('an encoded slash where the route takes it', 'no_auth_required', () => get('/encoded/a%2fb'));
row('a double-encoded slash', 'malformed_request', () => get('/public/%252f'), { cause: 'double_encoding' });
row('a backslash', 'malformed_request', () => get('/public/a\\b'), { cause: 'forbidden_character' });
row('a bad escape', 'malformed_request', () => get('/public/%zz'), { cause: 'bad_escape' });
row('a semicolon', 'malformed_request', () => get('/public/a;b'), { cause: 'ambiguous_path' });
row('an escaped letter, matched as the letter', 'credentials_missing', () => get('/%6bey/1'));

// API keys
row('a key as X-API-Key', 'authenticated', (w) => get('/key/1', [key(w)]));
row('a key as Bearer', 'authenticated', (w) => get('/key/1', bearer(w.client('mobile').key)));
row('a key as ApiKey', 'authenticated', (w) => get('/key/1', [['Authorization', `ApiKey ${w.client('mobile').key}`]]));
row('a bare key', 'authenticated', (w) => get('/key/1', [['Authorization', w.client('mobile').key]]));
row('a key in the query where the route takes it', 'authenticated', (w) =>
  get(`/in-query/1?api_key=${w.client('mobile').key}`),
);
row('a key in the query elsewhere', 'credentials_missing', (w) => get(`/key/1?api_key=${w.client('mobile').key}`));
row('no key', 'credentials_missing', () => get('/key/1'));
row('an unknown key', 'invalid_credentials', () => get('/key/1', [['X-API-Key', mintApiKey()]]), {
  cause: 'api_key_unknown',
});
row('a mistyped key', 'invalid_credentials', (w) => get('/key/1', [['X-API-Key', `${w.client('mobile').key}x`]]), {
  cause: 'api_key_malformed',
});
row('an upstream scheme of its own', 'credentials_missing', () => get('/key/1', [['Authorization', 'Basic YTpi']]));
row('a bad Authorization with a good X-API-Key beside it', 'invalid_credentials', (w) =>
  get('/key/1', [...bearer(mintApiKey()), key(w)]),
);
row('a suspended client', 'client_suspended', (w) => get('/key/1', [key(w, 'suspended')]));
row('a revoked client', 'client_revoked', (w) => get('/key/1', [key(w, 'revoked')]));
row('a client without permission', 'no_permission', (w) => get('/key/1', [key(w, 'stranger')]));
row('a client that may only read', 'method_not_allowed', (w) => post('/key/1', [key(w, 'reader')]));
row('a client over its daily limit', 'rate_limit_exceeded', (w) => get('/key/1', [key(w, 'limited')]));

// HMAC
row('a signature', 'authenticated', (w) => get('/hmac/1', signed(w, 'mobile', { method: 'GET', target: '/hmac/1' })));
row('a signature with an alias', 'authenticated', (w) =>
  get('/hmac/1', signature('mobile-alias', w.client('mobile').secret, { target: '/hmac/1' })),
);
row('a signature over the query', 'authenticated', (w) =>
  get('/hmac/1?a=1', signed(w, 'mobile', { method: 'GET', target: '/hmac/1?a=1' })),
);
row('a signature without the query', 'invalid_credentials', (w) =>
  get('/hmac/1?a=1', signed(w, 'mobile', { method: 'GET', target: '/hmac/1' })),
);
row('a signature without the query where the route takes it', 'authenticated', (w) =>
  get('/path-only/1?a=1', signed(w, 'mobile', { method: 'GET', target: '/path-only/1' })),
);
row('a signature for another method', 'invalid_credentials', (w) =>
  get('/hmac/1', signed(w, 'mobile', { method: 'POST', target: '/hmac/1' })),
);
row('a signature for another path', 'invalid_credentials', (w) =>
  get('/hmac/2', signed(w, 'mobile', { method: 'GET', target: '/hmac/1' })),
);
row(
  'a signature that is too old',
  'invalid_credentials',
  (w) =>
    get('/hmac/1', signed(w, 'mobile', { method: 'GET', target: '/hmac/1', timestamp: String(nowSeconds() - 320) })),
  { cause: 'timestamp_outside_window' },
);
row(
  'a signature from the future',
  'invalid_credentials',
  (w) =>
    get('/hmac/1', signed(w, 'mobile', { method: 'GET', target: '/hmac/1', timestamp: String(nowSeconds() + 320) })),
  { cause: 'timestamp_outside_window' },
);
row('a signature with another client’s secret', 'invalid_credentials', (w) =>
  get('/hmac/1', signature(w.client('mobile').id, w.client('reader').secret, { target: '/hmac/1' })),
);
row('a signature of nobody', 'invalid_credentials', () =>
  get('/hmac/1', signature(randomUUID(), 'x', { target: '/hmac/1' })),
);
row('a header that is no signature', 'invalid_credentials', () => get('/hmac/1', [['Authorization', 'HMAC nonsense']]));
row(
  'a signature over a body',
  'authenticated',
  (w) => post('/hmac/1', signed(w, 'mobile', { method: 'POST', target: '/hmac/1', body: '{"a":1}' }), '{"a":1}'),
  { withoutBody: { code: 'invalid_credentials', cause: 'body_not_available' } },
);
row(
  'a signature over another body',
  'invalid_credentials',
  (w) => post('/hmac/1', signed(w, 'mobile', { method: 'POST', target: '/hmac/1', body: '{"a":1}' }), '{"a":2}'),
  { withoutBody: { code: 'invalid_credentials', cause: 'body_not_available' } },
);
row(
  'a signed body over the limit of the route',
  'payload_too_large',
  (w) => post('/small/1', signed(w, 'mobile', { method: 'POST', target: '/small/1', body: '123456789' }), '123456789'),
  { withoutBody: { code: 'invalid_credentials', cause: 'body_not_available' } },
);
row('a key on a method that takes signatures', 'invalid_credentials', (w) => get('/hmac/1', [key(w)]), {
  cause: 'api_key_not_accepted',
});
row('a bad signature with a good key beside it', 'invalid_credentials', (w) =>
  get('/any/1', [['Authorization', 'HMAC client_id="x",timestamp="1",nonce="1",signature="00"'], key(w)]),
);
row('a signature on a method that takes keys', 'invalid_credentials', (w) =>
  get('/key/1', signed(w, 'mobile', { method: 'GET', target: '/key/1' })),
);
row('a signature of a suspended client', 'client_suspended', (w) =>
  get('/hmac/1', signed(w, 'suspended', { method: 'GET', target: '/hmac/1' })),
);
row('a signature of a client without permission', 'no_permission', (w) =>
  get('/hmac/1', signed(w, 'stranger', { method: 'GET', target: '/hmac/1' })),
);
row('no signature', 'credentials_missing', () => get('/hmac/1'));

// Tokens
row('a token', 'authenticated', (w) => get('/jwt/1', token()(w)));
row('a token with a numeric subject', 'authenticated', (w) => get('/jwt/1', token({ sub: 42 })(w)));
row('an expired token', 'invalid_credentials', (w) => get('/jwt/1', token({ exp: nowSeconds() - 120 })(w)), {
  cause: 'token_expired',
});
row('a token without end', 'invalid_credentials', (w) => get('/jwt/1', token({ exp: undefined })(w)));
row('a token that is not good yet', 'invalid_credentials', (w) => get('/jwt/1', token({ nbf: nowSeconds() + 300 })(w)));
row('a token for somebody else', 'invalid_credentials', (w) => get('/jwt/1', token({ aud: 'billing' })(w)));
row('a token of an unknown issuer', 'invalid_credentials', (w) => get('/jwt/1', token({ iss: 'https://x.test' })(w)));
row('a token with another secret', 'invalid_credentials', () =>
  get('/jwt/1', bearer(signHs256(claims(), {}, 'guess'))),
);
row('a token without algorithm', 'invalid_credentials', () =>
  get('/jwt/1', bearer(`${encode({ alg: 'none' })}.${encode(claims())}.`)),
);
row('a token with a critical header', 'invalid_credentials', (w) => get('/jwt/1', token({}, { crit: ['exp'] })(w)));
row('a token whose issuer is down', 'dependency_unavailable', () =>
  get('/jwt/1', bearer(signJws({ alg: 'RS256', kid: 'k' }, claims({ iss: `${ISSUER}down` }), KEYS.rsa.privateKey))),
);
row('a token with role and scope', 'authenticated', (w) =>
  get('/editors/1', token({ roles: ['editor'], scope: 'orders:read orders:write' })(w)),
);
row('a token without the role', 'insufficient_role', (w) =>
  get('/editors/1', token({ roles: ['reader'], scope: 'orders:write' })(w)),
);
row('a token without the scope', 'insufficient_scope', (w) =>
  get('/editors/1', token({ roles: ['editor'], scope: 'orders:read' })(w)),
);
row('a token of an issuer the method does not name', 'invalid_credentials', (w) => get('/corp-only/1', token()(w)));
row('a token that stands for a client', 'authenticated', (w) =>
  get('/jwt/1', token({ iss: `${ISSUER}machines`, azp: 'mobile-alias' })(w)),
);
row('a token that stands for a client without permission', 'no_permission', (w) =>
  get('/jwt/1', token({ iss: `${ISSUER}machines`, azp: 'stranger-alias' })(w)),
);
row('a token that stands for nobody', 'invalid_credentials', (w) =>
  get('/jwt/1', token({ iss: `${ISSUER}machines`, azp: 'nobody' })(w)),
);
row('a key on a method that takes tokens', 'invalid_credentials', (w) => get('/jwt/1', [key(w)]));
row('any of several: a token', 'authenticated', (w) => get('/any/1', token()(w)));
row('any of several: a key', 'authenticated', (w) => get('/any/1', [key(w)]));
row('any of several: a signature', 'authenticated', (w) =>
  get('/any/1', signed(w, 'mobile', { method: 'GET', target: '/any/1' })),
);
row('any of several: a bad token with a good key beside it', 'invalid_credentials', (w) =>
  get('/any/1', [...token({ aud: 'x' })(w), key(w)]),
);

// Protect mode
row('protect mode, version 2', 'authenticated', (w) => post('/protect/1', byApp(w.protectKey, withNonce())));
row(
  'protect mode, version 2, over a body',
  'authenticated',
  (w) => post('/protect/1', byApp(w.protectKey, withNonce({ body: 'otp' })), 'otp'),
  { withoutBody: { code: 'invalid_credentials', cause: 'body_not_available' } },
);
row('protect mode with another key', 'invalid_credentials', () => post('/protect/1', byApp('guess', withNonce())));
row('protect mode, version 1', 'authenticated', (w) =>
  post('/protect/1', byApp(w.protectKey, { timestamp: freshDate() })),
);
row('protect mode, version 1, too old', 'invalid_credentials', (w) =>
  post('/protect/1', byApp(w.protectKey, { timestamp: String(nowSeconds() - 320) })),
);
row('protect mode, version 1, where only version 2 counts', 'invalid_credentials', (w) =>
  post('/protect-v2/1', byApp(w.protectKey)),
);
row('protect mode without a signature', 'credentials_missing', () => post('/protect/1'));
row('protect mode with junk', 'invalid_credentials', () =>
  post('/protect/1', [
    ['X-Date', String(nowSeconds())],
    ['X-Authenticity', 'zz'],
  ]),
);

// Certificates, as a trusted proxy tells of them
row('a certificate', 'authenticated', (w) => get('/mtls/1', [['X-Forwarded-Client-Cert', `Hash=${w.fingerprint}`]]));
row('an unknown certificate', 'invalid_credentials', () =>
  get('/mtls/1', [['X-Forwarded-Client-Cert', `Hash=${'0'.repeat(64)}`]]),
);
row('no certificate', 'credentials_missing', () => get('/mtls/1'));

// Conditions
row('an address the condition takes', 'authenticated', (w) =>
  get('/here/1', [key(w), ['X-Forwarded-For', '198.51.100.7']]),
);
row('an address the condition does not take', 'condition_denied', (w) =>
  get('/here/1', [key(w), ['X-Forwarded-For', '198.51.100.8']]),
);
row('an address claimed further left', 'condition_denied', (w) =>
  get('/here/1', [key(w), ['X-Forwarded-For', '198.51.100.7, 198.51.100.8']]),
);
row('a tenant the condition takes', 'authenticated', (w) => get('/tenant/1', token({ tenant: 'acme' })(w)));
row('a tenant the condition does not take', 'condition_denied', (w) => get('/tenant/1', token({ tenant: 'x' })(w)));
row('a token without the tenant', 'condition_denied', (w) => get('/tenant/1', token()(w)));
row('a policy agent that is down', 'dependency_unavailable', (w) => get('/opa/1', [key(w)]));

// The same field twice
row('two keys', 'malformed_request', (w) => get('/key/1', [key(w), key(w)]), { cause: 'duplicate_credential' });
row(
  'two Authorization fields',
  'malformed_request',
  (w) => get('/key/1', [...bearer(w.client('mobile').key), ...bearer(w.client('mobile').key)]),
  { cause: 'duplicate_credential' },
);
row(
  'a Connection field that names a credential',
  'malformed_request',
  (w) => get('/key/1', [key(w), ['Connection', 'X-API-Key']]),
  { cause: 'connection_names_protected_field' },
);

export const PARITY_ROWS: readonly ParityRow[] = rows;
