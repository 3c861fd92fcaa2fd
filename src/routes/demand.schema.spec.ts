import { demandSchema } from './demand.schema';

describe('demandSchema', () => {
  it.each([
    { auth_required: false },
    { auth_required: false, auth_type: null },
    { auth_required: false, protect: true },
    { auth_required: true, auth_type: 'jwt', protect: true },
    { auth_required: false, protect: false, condition: null, opa: null, roles_any: [] },
    { auth_required: true, auth_type: 'api_key' },
    { auth_required: true, auth_type: 'hmac', auth_types: ['hmac'] },
    { auth_required: true, auth_types: ['jwt', 'api_key'], roles_any: ['editor'], issuers: ['corp'] },
    { auth_required: true, auth_type: 'jwt', roles_all: ['a'], scopes_any: ['b'], scopes_all: ['c'] },
    { auth_required: true, auth_type: 'hmac', condition: "request.ip in ['10.0.0.0/8'] && principal.tenant == 'acme'" },
    { auth_required: false, condition: "request.ip in ['10.0.0.0/8']" },
    { auth_required: false, opa: { url: 'http://opa:8181/v1/data/gateway/allow', timeout_ms: 50, cache_seconds: 5 } },
    {
      auth_required: true,
      auth_type: 'api_key',
      opa: { url: 'https://[::1]/allow?x=1', timeout_ms: 1, cache_seconds: 0 },
    },
  ])('takes %j as it is', (demand) => {
    expect(demandSchema.parse(demand)).toEqual(demand);
  });

  it.each([
    [{}, 'auth_required'],
    [{ auth_required: 'true' }, 'auth_required'],
    [{ auth_required: 1, auth_type: 'api_key' }, 'auth_required'],
    [{ auth_required: true }, 'auth_type'],
    [{ auth_required: true, auth_type: null }, 'auth_type'],
    [{ auth_required: true, auth_type: 'basic' }, 'auth_type'],
    [{ auth_required: true, auth_types: [] }, 'auth_types'],
    [{ auth_required: true, auth_type: 'hmac', auth_types: ['hmac', 'api_key'] }, 'auth_types'],
    [{ auth_required: false, auth_type: 'api_key' }, 'auth_type'],
    [{ auth_required: false, auth_types: ['api_key'] }, 'auth_types'],
    [{ auth_required: false, roles_all: ['editor'] }, 'roles_all'],
    [{ auth_required: false, issuers: ['corp'] }, 'issuers'],
    [{ auth_required: true, auth_type: 'api_key', roles_any: ['editor'] }, 'roles_any'],
    [{ auth_required: true, auth_types: ['hmac', 'mtls'], scopes_all: ['orders:write'] }, 'scopes_all'],
    [{ auth_required: true, auth_type: 'hmac', issuers: ['corp'] }, 'issuers'],
    [{ auth_required: true, auth_type: 'jwt', condition: true }, 'condition'],
    [{ auth_required: true, auth_type: 'jwt', condition: '' }, 'condition'],
    [{ auth_required: true, auth_type: 'jwt', condition: 'request.ip' }, 'condition'],
    [{ auth_required: true, auth_type: 'jwt', condition: `'${'x'.repeat(5000)}' == ''` }, 'condition'],
    [{ auth_required: false, opa: 'http://opa' }, 'opa'],
    [{ auth_required: false, opa: {} }, 'opa'],
    [{ auth_required: false, opa: { url: 'opa:8181' } }, 'opa'],
    [{ auth_required: false, opa: { url: 'file:///etc/passwd' } }, 'opa'],
    [{ auth_required: false, opa: { url: 'http://user:secret@opa/' } }, 'opa'],
    [{ auth_required: false, opa: { url: 'http://opa/ x' } }, 'opa'],
    [{ auth_required: false, opa: { url: 'http://opa', timeout_ms: 0 } }, 'opa'],
    [{ auth_required: false, opa: { url: 'http://opa', cache_seconds: -1 } }, 'opa'],
    [{ auth_required: false, opa: { url: 'http://opa', token: 'x' } }, 'opa'],
    [{ auth_required: false, protect: 'yes' }, 'protect'],
    [{ auth_required: false, protect: null }, 'protect'],
  ])('refuses %j at %s', (demand, field) => {
    const { error } = demandSchema.safeParse(demand);
    expect(error?.issues.map((issue) => issue.path[0])).toEqual([field]);
  });

  it('gives an agent its time-out and cache', () => {
    const { opa } = demandSchema.parse({ auth_required: false, opa: { url: 'http://opa' } });
    expect(opa).toEqual({ url: 'http://opa', timeout_ms: 200, cache_seconds: 0 });
  });

  it('says where in a condition the fault is', () => {
    const condition = "request.method == 'GET' &&\n  request.ip in ['everybody']";
    const { error } = demandSchema.safeParse({ auth_required: false, condition });
    expect(error?.issues[0]?.message).toMatch(/^condition, line 2, column 18: 'everybody' is no address/);
  });
});
