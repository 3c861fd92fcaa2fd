import { demandSchema } from './demand.schema';

describe('demandSchema', () => {
  it.each([
    { auth_required: false },
    { auth_required: false, auth_type: null },
    { auth_required: false, protect: false, condition: null, opa: null, roles_any: [] },
    { auth_required: true, auth_type: 'api_key' },
    { auth_required: true, auth_type: 'hmac', auth_types: ['hmac'] },
    { auth_required: true, auth_types: ['jwt', 'api_key'], roles_any: ['editor'], issuers: ['corp'] },
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
    [{ auth_required: true, auth_type: 'jwt', condition: 'true' }, 'condition'],
    [{ auth_required: true, auth_type: 'jwt', opa: { url: 'http://opa' } }, 'opa'],
    [{ auth_required: false, protect: true }, 'protect'],
  ])('refuses %j at %s', (demand, field) => {
    const { error } = demandSchema.safeParse(demand);
    expect(error?.issues.map((issue) => issue.path[0])).toEqual([field]);
  });
});
