import {
  API_KEY,
  aClient,
  anApiKey,
  aRequest,
  aRoute,
  aSnapshot,
  decideNow,
  KEY,
  portsAt,
  type RequestText,
} from '../../test/support/policy';
import { isPending } from './awaitable';
import { decide } from './decide';
import { type Demand, demandCredential, PUBLIC } from './demand';
import { type Inquiry, type InquiryStep } from './inquiry';
import type { PolicyClient } from './policy-client';
import type { VerifiedToken } from './verified-token';

const token = { roles: ['editor'], scopes: [], clientName: undefined, claims: {} } as unknown as VerifiedToken;
const JWS = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const never = { source: 'false', isMet: () => false };
const demands: Record<string, Demand> = {
  GET: API_KEY,
  HEAD: { ...PUBLIC, condition: never },
  POST: demandCredential(['jwt'], { rolesAny: ['editor'], scopesAll: ['write'] }),
  PUT: { ...PUBLIC, protect: true },
  PATCH: { ...API_KEY, protect: true },
  DELETE: { ...API_KEY, opa: { url: 'http://opa', timeoutMs: 1, cacheSeconds: 0 } },
};
const route = aRoute({ routeId: 'orders', methods: demands });
const client = aClient({ permissions: { orders: ['GET', 'DELETE'] } });
const suspended = aClient({ clientId: 'c2', status: 'suspended', apiKeys: [anApiKey('another-key-0002')] });
const snapshot = aSnapshot({ routes: [route], clients: [client, suspended] });
const ports = portsAt(undefined, { tokens: { verify: () => token } });
const withKey = { 'X-API-Key': KEY };

function inquire(text: RequestText, assumed?: PolicyClient) {
  const steps: InquiryStep[] = [];
  const inquiry: Inquiry = { note: (step) => void steps.push(step), assumed };
  const decision = decide(aRequest(text), snapshot, ports, inquiry);
  if (isPending(decision)) throw new Error('the decision is not at hand');
  return {
    decision,
    steps: steps.map(({ step, outcome, cause }) => [step, outcome, ...(cause ? [cause] : [])].join(' ')),
  };
}

describe('an inquiry', () => {
  const found = ['route matched', 'method configured'];

  it.each<[string, RequestText, string[]]>([
    ['no route', { target: '/nowhere' }, ['route none']],
    ['a path with two readings', { target: '/orders/a%2Fb' }, ['route ambiguous']],
    ['no method', { method: 'OPTIONS' }, ['route matched', 'method not_configured']],
    ['no credential', {}, [...found, 'credential rejected no_credential']],
    ['a wrong key', { headers: { 'X-API-Key': 'x' } }, [...found, 'credential rejected api_key_unknown']],
    ['a key', { headers: withKey }, [...found, 'credential accepted', 'permission granted', 'limit none']],
    [
      'a suspended client',
      { headers: { 'X-API-Key': 'another-key-0002' } },
      [...found, 'credential accepted', 'permission client_suspended'],
    ],
    ['a condition', { method: 'HEAD' }, [...found, 'credential not_needed', 'condition not_met']],
    [
      'a token without a scope',
      { method: 'POST', headers: { Authorization: `Bearer ${JWS}` } },
      [...found, 'credential accepted', 'roles sufficient', 'scopes insufficient'],
    ],
    [
      'an agent that says no',
      { method: 'DELETE', headers: withKey },
      [...found, 'credential accepted', 'permission granted', 'opa denied'],
    ],
  ])('sees what is looked at for %s, and changes nothing', (_, text, expected) => {
    const { decision, steps } = inquire(text);
    expect(steps).toEqual(expected);
    expect(decision).toEqual(decideNow(aRequest(text), snapshot, ports));
  });

  it.each(['PUT', 'PATCH'])('sees a signature of an app that %s is refused for', (method) => {
    const { steps } = inquire({ method, headers: withKey });
    expect(steps).toHaveLength(3);
    expect(steps[2]).toMatch(/^protect rejected \w+$/);
  });

  it('takes a request to be from a client, with its own kind of credential before a token', () => {
    const { decision, steps } = inquire({ headers: { 'X-API-Key': 'x' } }, client);
    expect(steps.slice(2)).toEqual(['credential accepted', 'permission granted', 'limit none']);
    expect(decision).toMatchObject({ allowed: true, principal: { client, method: 'api_key' } });
    const asToken = inquire({ method: 'POST' }, aClient({ permissions: { orders: ['POST'] } }));
    expect(asToken.decision).toMatchObject({ code: 'insufficient_role', principal: { method: 'jwt' } });
  });

  it('takes nobody for anybody where no credential is asked for', () => {
    const { decision } = inquire({ method: 'HEAD' }, client);
    expect(decision.principal).toEqual({ kind: 'nobody' });
  });
});
