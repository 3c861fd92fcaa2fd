import { aClient } from '../../test/support/policy';
import { aCaller, aToken, aUser } from '../../test/support/principals';
import { PrincipalMemory } from './principal-memory';

describe('PrincipalMemory', () => {
  const client = aClient();
  const token = aToken();

  it.each([
    ['a user by the token', aUser(), (one: ReturnType<typeof aUser>) => ({ ...one })],
    ['a client by its credential', aCaller(client), (one: ReturnType<typeof aCaller>) => ({ ...one })],
    ['a client by its token', aCaller(client, token), (one: ReturnType<typeof aCaller>) => ({ ...one })],
  ])('knows %s again', (_, principal, again) => {
    const memory = new PrincipalMemory<string>();
    expect(memory.get(principal)).toBeUndefined();
    memory.set(principal, 'first');
    memory.set(principal, 'second');
    expect(memory.get(again(principal as never))).toBe('second');
  });

  it.each([
    ['a token verified anew', aUser(), aUser()],
    ['another credential of the client', aCaller(client), { ...aCaller(client), credentialId: 'another' }],
    [
      'another kind of credential',
      { ...aCaller(client), credentialId: undefined },
      { ...aCaller(client), credentialId: undefined, method: 'hmac' as const },
    ],
    ['the client after a change', aCaller(client), aCaller({ ...client })],
    ['the same token for the client after a change', aCaller(client, token), aCaller({ ...client }, token)],
    ['another token of the client', aCaller(client, token), aCaller(client, aToken())],
    ['the key of a client known by its token', aCaller(client, token), aCaller(client)],
    [
      'a user whose token stands for a client',
      aCaller(client, token),
      { kind: 'user' as const, method: 'jwt' as const, token },
    ],
  ])('does not take %s for what it knows', (_, known, other) => {
    const memory = new PrincipalMemory<string>();
    memory.set(known, 'known');
    expect(memory.get(other)).toBeUndefined();
  });
});
