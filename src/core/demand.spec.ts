import { demandCredential, PUBLIC } from './demand';

describe('demandCredential', () => {
  it.each([
    [['api_key'], 'ApiKey realm="gatewarden"'],
    [['hmac'], 'HMAC realm="gatewarden"'],
    [['jwt', 'api_key'], 'Bearer realm="gatewarden", ApiKey realm="gatewarden"'],
    [['mtls'], 'Mutual realm="gatewarden"'],
  ] as const)('challenges for %j with %s', (kinds, challenge) => {
    expect(demandCredential(kinds)).toMatchObject({ authRequired: true, kinds: new Set(kinds), challenge });
  });

  it('demands a credential also where no kind fulfils the demand', () => {
    expect(demandCredential([])).toMatchObject({ authRequired: true, kinds: new Set() });
  });

  it('challenges for the signature of an app first where both are asked for', () => {
    const challenge = 'Authenticity realm="gatewarden", Bearer realm="gatewarden"';
    expect(demandCredential(['jwt'], { protect: true })).toMatchObject({ protect: true, challenge });
    expect(demandCredential(['jwt'], { protect: false }).challenge).toBe('Bearer realm="gatewarden"');
  });

  it('asks for nothing when public', () => {
    expect(PUBLIC).toMatchObject({ authRequired: false, kinds: new Set(), protect: false, challenge: '' });
  });
});
