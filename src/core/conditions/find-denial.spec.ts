import { aRequest, aRoute, aSnapshot, decideNow, NOW_MS, portsAt } from '../../../test/support/policy';
import type { Decision } from '../decision';
import { PUBLIC } from '../demand';
import type { Condition, ConditionSubject } from './condition';

function decideUnder(isMet: (subject: ConditionSubject) => unknown): Decision {
  const condition: Condition = { source: '', isMet: isMet as Condition['isMet'] };
  const route = aRoute({ routeId: 'orders', methods: { GET: { ...PUBLIC, condition } } });
  return decideNow(aRequest(), aSnapshot({ routes: [route] }), portsAt());
}

describe('a condition', () => {
  it('lets in whom it is true for, without a credential too', () => {
    expect(decideUnder(() => true)).toMatchObject({ allowed: true, code: 'no_auth_required' });
  });

  it('sees the request, the principal, the route and the one moment of the decision', () => {
    let seen: ConditionSubject | undefined;
    decideUnder((subject) => {
      seen = subject;
      return true;
    });
    expect(seen).toMatchObject({
      request: { path: '/orders/1' },
      principal: { kind: 'nobody' },
      route: { routeId: 'orders' },
      nowMs: NOW_MS,
    });
  });

  it.each([false, 1, 'true', {}, [], undefined, null, Promise.resolve(true)])('that is %p lets nobody in', (value) => {
    expect(decideUnder(() => value)).toMatchObject({
      allowed: false,
      code: 'condition_denied',
      cause: 'condition_not_met',
      route: { routeId: 'orders' },
    });
  });

  it.each([new Error('no such key'), 'a text', undefined])('that throws %p lets nobody in', (thrown) => {
    const decision = decideUnder(() => {
      throw thrown;
    });
    expect(decision).toMatchObject({
      allowed: false,
      code: 'condition_denied',
      cause: 'condition_not_evaluable',
    });
  });
});
