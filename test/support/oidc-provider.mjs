// A real OpenID provider in a process of its own: `node oidc-provider.mjs PORT`, told its keys by its parent.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const secretClient = (client_id, grant_types = []) => ({
  client_id,
  client_secret: `secret of ${client_id}`,
  grant_types,
  redirect_uris: [],
  response_types: [],
});
const introspections = [];
let provider;
/** Whoever logs in now, and where the browser is sent afterwards. */
let login = { sub: 'nobody', redirectUri: undefined };

/** The client that people log in to. */
const loginClient = () => ({
  ...secretClient('console', ['authorization_code']),
  redirect_uris: [login.redirectUri],
  response_types: ['code'],
});

/** Everybody consents to everything. */
async function grantAll({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope('openid email');
  await grant.save();
  return grant;
}

const toProvider = (keys) =>
  new Provider(`http://127.0.0.1:${port}`, {
    jwks: { keys },
    clients: [
      secretClient('caller', ['client_credentials']),
      secretClient('gateway'),
      ...(login.redirectUri ? [loginClient()] : []),
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...login.claims, sub }) }),
    loadExistingGrant: grantAll,
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'orders:read',
          audience: resource,
          accessTokenTTL: 600,
          accessTokenFormat: resource === 'urn:opaque' ? 'opaque' : 'jwt',
          jwt: { sign: { alg: keys[0].alg } },
        }),
      },
    },
  });

let keysInUse;
process.on('message', (message) => {
  if (message.login) login = message.login;
  if (message.keys) keysInUse = message.keys;
  if (message.keys || message.login) provider = toProvider(keysInUse);
  process.send({ introspections: introspections.length });
});
process.once('disconnect', () => process.exit());

createServer((request, response) => {
  if (request.url === '/token/introspection') introspections.push(request.url);
  if (!request.url.startsWith('/interaction/')) return provider.callback()(request, response);
  const result = { login: { accountId: login.sub } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}).listen(port, '127.0.0.1', () => process.send('listening'));
