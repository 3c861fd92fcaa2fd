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
let answer;

const toProvider = (keys) =>
  new Provider(`http://127.0.0.1:${port}`, {
    jwks: { keys },
    clients: [secretClient('caller', ['client_credentials']), secretClient('gateway')],
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

process.on('message', ({ keys }) => {
  if (keys) answer = toProvider(keys).callback();
  process.send({ introspections: introspections.length });
});
process.once('disconnect', () => process.exit());

createServer((request, response) => {
  if (request.url === '/token/introspection') introspections.push(request.url);
  answer(request, response);
}).listen(port, '127.0.0.1', () => process.send('listening'));
