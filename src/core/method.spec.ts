import * as fc from 'fast-check';
import { holds } from '../../test/support/holds';
import { METHODS, methodBit, methodMask } from './method';

describe('methodMask', () => {
  it('holds exactly the methods it was made of', () => {
    holds(
      fc.property(fc.subarray([...METHODS]), (methods) => {
        const mask = methodMask(methods);
        expect(METHODS.filter((method) => (mask & methodBit(method)) !== 0)).toEqual(methods);
      }),
    );
  });

  it.each(['get', 'TRACE', 'CONNECT', 'PROPFIND', '', 'GET ', '__proto__', 'constructor'])(
    'has no bit for %j, so that no mask permits it',
    (method) => {
      expect(methodBit(method)).toBe(0);
      expect(methodMask([method])).toBe(0);
    },
  );
});
