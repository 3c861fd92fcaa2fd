import fc from 'fast-check';
import { aClient, aRequest, aRoute } from '../../test/support/policy';
import type { DecisionMade } from '../decision/decision-made';
import { decisionFields, exchangeFields } from './access-line';

const REQUEST = { target: '/orders/"1"?secret=1', headers: { 'User-Agent': 'Ä"gent\\ '.repeat(50) } };
const client = aClient({ clientName: 'Zoë "Ω"' });
const route = aRoute();
const made: DecisionMade = {
  decisionId: 'decision-1',
  entrance: 'proxy',
  request: aRequest(REQUEST),
  decision: {
    allowed: true,
    code: 'authenticated',
    route,
    principal: { kind: 'client', method: 'api_key', client, credentialId: 'credential-1', token: undefined },
    limit: undefined,
    revision: 1,
  },
  atMs: 0,
  durationMs: 0.0416,
  fault: undefined,
};

describe('a line of the access log', () => {
  it('is JSON, whatever a client or an operator called things', () => {
    const fields = JSON.parse(`{${decisionFields(made)}}`);
    expect(fields).toEqual({
      client_ip: '192.0.2.1',
      user_agent: made.request.userAgent?.slice(0, 256),
      client_id: client.clientId,
      client_name: 'Zoë "Ω"',
      route: made.request.path,
      domain: 'api.example.com',
      route_id: route.routeId,
      method: 'GET',
      allowed: true,
      reason: 'authenticated',
      duration_ms: 0.042,
      entrance: 'proxy',
      request_id: made.request.requestId,
      decision_id: 'decision-1',
    });
    expect(decisionFields(made)).toBe(decisionFields(made));
  });

  it('has times to the microsecond', () => {
    const end = { made, status: 200, service: 'a', upstream: 'http://a', bytesSent: 3, fault: undefined };
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: 0, max: 10, noNaN: true }), fc.nat({ max: 1e9 })), (upstreamMs) => {
        const fields = JSON.parse(`{${exchangeFields({ ...end, upstreamMs }).slice(1)}}`);
        expect(fields.upstream_ms).toBe(Math.round(upstreamMs * 1000) / 1000);
      }),
    );
  });
});
