import { readFileSync } from 'node:fs';
import {
  aClient,
  aRequest,
  aRoute,
  aSnapshot,
  decideNow,
  portsAt,
  type RequestText,
} from '../../../test/support/policy';
import { anHmacSecret, aProtectKey, RememberedNonces } from '../../../test/support/signing';
import { findVectors } from '../../../test/support/vectors';
import type { Decision } from '../decision';
import { type Demand, demandCredential, PROTECTED } from '../demand';
import { METHODS } from '../method';
import type { PolicyChanges } from '../policy-snapshot';

const CLIENT_ID = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

interface Vector {
  readonly name: string;
  readonly secret: string;
  readonly method: string;
  readonly target: string;
  readonly timestamp: string;
  readonly nonce: string;
  readonly body: string;
  readonly signature: string;
}

interface ProtectVector {
  readonly version: 'v1' | 'v2';
  readonly key: string;
  readonly method?: string;
  readonly target?: string;
  readonly x_date: string;
  readonly x_nonce?: string;
  readonly body?: string;
  readonly x_authenticity: string;
}

/** Decides on a request to a route that has this demand for every method, at a moment in Unix seconds. */
function decideAt(seconds: string, demand: Demand, policy: Partial<PolicyChanges>, text: RequestText): Decision {
  const methods = Object.fromEntries(METHODS.map((method) => [method, demand]));
  const route = aRoute({ routeId: 'all', pattern: '/*', domain: '*', methods });
  const ports = portsAt(Number(seconds) * 1000, { nonces: new RememberedNonces() });
  return decideNow(aRequest(text), aSnapshot({ routes: [route], ...policy }), ports);
}

/** Runs a suite over the vectors of one file; one that is not there is skipped. */
function describeVectors<V>(file: string, suite: (vectors: readonly V[]) => void): void {
  const path = findVectors(file);
  describe(`the vectors of ${file}`, () => {
    if (path === undefined) it.skip('are not read: they are not beside the repository', () => {});
    else suite((JSON.parse(readFileSync(path, 'utf8')) as { vectors: V[] }).vectors);
  });
}

describeVectors<Vector>('hmac.json', (vectors) => {
  it.each(vectors)('are accepted: $name', ({ secret, method, target, timestamp, nonce, signature, body }) => {
    const parameters = `client_id="${CLIENT_ID}",timestamp="${timestamp}",nonce="${nonce}",signature="${signature}"`;
    const request = { method, target, headers: { Authorization: `HMAC ${parameters}` }, body };
    const client = aClient({ clientId: CLIENT_ID, hmacSecrets: [anHmacSecret(secret)], permissions: { all: METHODS } });
    const decide = (text: RequestText) => decideAt(timestamp, demandCredential(['hmac']), { clients: [client] }, text);
    expect(decide(request)).toMatchObject({ code: 'authenticated' });
    expect(decide({ ...request, body: `${body} ` })).toMatchObject({ cause: 'hmac_signature_wrong' });
  });
});

describeVectors<ProtectVector>('protect.json', (vectors) => {
  it.each(vectors)('are accepted: $version $x_authenticity', (vector) => {
    const { key, method, target, x_date, x_nonce, body = '', x_authenticity } = vector;
    const signature = { 'X-Authenticity': x_authenticity, 'X-Date': x_date };
    const headers: Record<string, string> = x_nonce === undefined ? signature : { ...signature, 'X-Nonce': x_nonce };
    const decide = (held: string) =>
      decideAt(x_date, PROTECTED, { protectKeys: [aProtectKey(held)] }, { method, target, headers, body });
    expect(decide(key)).toMatchObject({ code: 'authenticated' });
    expect(decide('other')).toMatchObject({ cause: 'authenticity_wrong' });
  });
});
