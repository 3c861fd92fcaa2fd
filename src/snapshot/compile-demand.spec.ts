import { aRequest, aRoute, NOW_MS } from '../../test/support/policy';
import { NOBODY } from '../core/principal';
import { compileDemand } from './compile-demand';

const subject = { request: aRequest(), principal: NOBODY, route: aRoute(), nowMs: NOW_MS };

describe('a stored demand', () => {
  it('has its condition compiled, with or without a credential', () => {
    const condition = "request.method == 'GET'";
    for (const stored of [{ auth_required: false }, { auth_required: true, auth_type: 'api_key' }]) {
      const demand = compileDemand({ ...stored, condition });
      expect(demand.authRequired).toBe(stored.auth_required);
      expect(demand.condition?.source).toBe(condition);
      expect(demand.condition?.isMet(subject)).toBe(true);
    }
  });

  it('names its policy agent', () => {
    const opa = { url: 'http://opa:8181/v1/data/allow', timeout_ms: 50, cache_seconds: 9 };
    expect(compileDemand({ auth_required: false, opa }).opa).toEqual({
      url: 'http://opa:8181/v1/data/allow',
      timeoutMs: 50,
      cacheSeconds: 9,
    });
  });

  it.each([{ condition: null, opa: null }, {}])('without either asks for neither: %j', (more) => {
    expect(compileDemand({ auth_required: false, ...more })).toMatchObject({ condition: undefined, opa: undefined });
  });

  it.each(['', 'request.', 'somebody == 1', 'request.ip', '('.repeat(500)])(
    'with the condition %j lets nobody in',
    (condition) => {
      const demand = compileDemand({ auth_required: false, condition });
      expect(() => demand.condition?.isMet(subject)).toThrow(/^line 1, column \d+/);
    },
  );
});
