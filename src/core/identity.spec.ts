import { aClient } from '../../test/support/policy';
import { AN_APP, aCaller, aToken, aUser } from '../../test/support/principals';
import { toIdentity } from './identity';
import { NOBODY } from './principal';

const NOTHING = {
  clientId: '',
  clientName: '',
  userId: '',
  userRoles: '',
  tenantId: '',
  authMethod: '',
  authClaims: '',
};

describe('toIdentity', () => {
  it.each([
    ['nobody', NOBODY, {}],
    ['an app', AN_APP, { authMethod: 'protect' }],
    [
      'a user',
      aUser({ tenant: 'acme', roles: ['a', 'b'], forwardedClaims: 'e30' }),
      { userId: '17', tenantId: 'acme', userRoles: 'a,b', authClaims: 'e30', authMethod: 'jwt' },
    ],
    ['a user with a numeric id', aUser({ subject: 17 }), { userId: '17', authMethod: 'jwt' }],
    ['a user without an id', aUser({ subject: undefined }), { authMethod: 'jwt' }],
    [
      'a client',
      aCaller(aClient({ tenant: 'acme' })),
      { clientId: 'client-1', clientName: 'Mobile app', tenantId: 'acme', authMethod: 'api_key' },
    ],
    [
      'a client with a token',
      aCaller(aClient(), aToken({ tenant: 'acme', roles: ['a'] })),
      {
        clientId: 'client-1',
        clientName: 'Mobile app',
        userId: '17',
        userRoles: 'a',
        tenantId: 'acme',
        authMethod: 'jwt',
      },
    ],
    [
      'the tenant of the client before that of its token',
      aCaller(aClient({ tenant: 'ours' }), aToken({ tenant: 'theirs' })),
      { clientId: 'client-1', clientName: 'Mobile app', userId: '17', tenantId: 'ours', authMethod: 'jwt' },
    ],
  ])('tells of %s', (_, principal, told) => {
    expect(toIdentity(principal)).toEqual({ ...NOTHING, ...told });
  });

  it('carries text outside Latin-1 as the bytes of UTF-8', () => {
    const { userId, userRoles } = toIdentity(aUser({ subject: 'Zoë Ω', roles: ['rédacteur'] }));
    expect(Buffer.from(userId, 'latin1').toString('utf8')).toBe('Zoë Ω');
    expect(Buffer.from(userRoles, 'latin1').toString('utf8')).toBe('rédacteur');
  });

  it.each([
    ['a comma, which would make it two', 'x,admin'],
    ['a blank before it', ' admin'],
    ['a blank after it', 'admin '],
    ['a no-break space after it', 'admin\u00a0'],
    ['a line feed', 'x\nadmin'],
    ['a line feed after it', 'admin\r\n'],
    ['a NUL', 'admin\u0000'],
    ['a DEL', 'admin\u007f'],
    ['a C1 control character', 'admin\u0085'],
    ['half a surrogate pair', 'admin\ud800'],
    ['nothing in it', ''],
  ])('leaves out a role with %s, and no other', (_, role) => {
    expect(toIdentity(aUser({ roles: ['first', role, 'last'] })).userRoles).toBe('first,last');
  });

  it.each(['admin ', '\tadmin', 'admin\r\nX-User-Roles: admin', 'admin\u0000', 'admin\ud800'])(
    'leaves out a user id and a tenant that would arrive as another: %j',
    (text) => {
      const identity = toIdentity(aUser({ subject: text, tenant: text }));
      expect(identity).toEqual({ ...NOTHING, authMethod: 'jwt' });
    },
  );

  it('tells every role of a long list', () => {
    const roles = Array.from({ length: 500 }, (_, index) => `role-${index}`);
    expect(toIdentity(aUser({ roles })).userRoles.split(',')).toEqual(roles);
  });
});
