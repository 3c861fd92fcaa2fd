import { aClient, aRoute } from '../../test/support/policy';
import type { Allowed } from '../core/decision';
import type { PolicyClient } from '../core/policy-client';
import { allowanceFields, allowanceLines } from './allowance-fields';

const route = aRoute();

function allowedFor(client: PolicyClient): Allowed {
  const principal = { kind: 'client', method: 'api_key', client, credentialId: 'one', token: undefined } as const;
  return { allowed: true, code: 'authenticated', route, principal, limit: undefined, revision: 1 };
}

describe('what an allowed request goes on with', () => {
  it('is the same as names and values and as lines', () => {
    const allowed = allowedFor(aClient({ clientName: 'Zoë' }));
    const fields = allowanceFields(allowed, 'request-1');
    const lines = fields.flatMap((name, index) => (index % 2 === 0 ? [`\r\n${name}: ${fields[index + 1]}`] : []));
    expect(fields).toContain('ZoÃ«');
    for (let again = 0; again < 2; again += 1) expect(allowanceLines(allowed, 'request-1')).toBe(lines.join(''));
  });

  it.each([
    ['an id of a client', () => allowanceLines(allowedFor(aClient({ clientId: 'a\r\nX-User-ID: b' })), 'one')],
    ['an id of a request', () => allowanceLines(allowedFor(aClient()), 'one\r\nX-User-ID: b')],
  ])('is nothing where %s would be more than one field', (_, write) => {
    expect(write).toThrow('may not go out');
  });
});
