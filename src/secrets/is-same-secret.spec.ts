import fc from 'fast-check';
import { isSameSecret } from './is-same-secret';

describe('two secrets', () => {
  it('are the same exactly when their characters are', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => isSameSecret(a, b) === (a === b)));
    fc.assert(fc.property(fc.string(), (secret) => isSameSecret(secret, `${secret}`)));
  });
});
