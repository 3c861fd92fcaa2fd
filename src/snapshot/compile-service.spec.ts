import { aService } from '../../test/support/rows';
import { SecretCipher } from '../secrets/secret-cipher';
import { SecretKeys } from '../secrets/secret-keys';
import { compileService } from './compile-service';

const cipher = new SecretCipher(new SecretKeys(Buffer.alloc(32, 1)));
const SECRET = 'a secret of the service';

const resigning = (serviceId = 'service-1', place = `service:${serviceId}:relay`) =>
  aService({ serviceId, tokenRelay: 'resign', relaySecret: cipher.encrypt(SECRET, place) });

describe('compileService', () => {
  it.each([null, 'pass', 'strip', 'assertion'])('reads the relay %s', (tokenRelay) => {
    const service = compileService(aService({ tokenRelay }), cipher);
    expect([service.tokenRelay, service.relayKey]).toEqual([tokenRelay ?? undefined, undefined]);
  });

  it('opens the secret that tokens are signed with', () => {
    const { tokenRelay, relayKey } = compileService(resigning(), cipher);
    expect(tokenRelay).toBe('resign');
    expect(relayKey?.export().toString()).toBe(SECRET);
  });

  it('holds the secret so that nothing prints it', () => {
    const service = compileService(resigning(), cipher);
    expect(JSON.stringify(service)).not.toContain(SECRET);
    expect(JSON.stringify(service)).not.toContain(Buffer.from(SECRET).toString('base64'));
  });

  it.each([
    ['is not known', aService({ tokenRelay: 'signed' }), 'token_relay signed is not known'],
    ['lacks its secret', aService({ tokenRelay: 'resign' }), 'no relay_secret'],
    ['has the secret of another service', resigning('service-1', 'service:service-2:relay'), 'does not belong'],
  ])('refuses a relay that %s', (_, row, message) => {
    expect(() => compileService(row, cipher)).toThrow(message);
  });
});
