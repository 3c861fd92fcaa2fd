import { aRequest } from '../../test/support/policy';
import { withoutSecrets } from './without-secrets';

const request = aRequest({
  target: '/orders/1?token=qu3ry%20secret&flag',
  headers: { Authorization: 'Bearer b3arer', 'X-Word': 'h3ader value', 'X-Short': 'no' },
});

describe('a message about a request', () => {
  it.each([
    ['b3arer is wrong', '… is wrong'],
    ['no such key: h3ader value', 'no such key: …'],
    ["Unable to convert 'h3ader'", "Unable to convert '…'"],
    ['qu3ry secret and qu3ry%20secret', '… and …'],
    ['no such field', 'no such field'],
  ])('%s is told as %s', (text, expected) => {
    expect(withoutSecrets(text, request)).toBe(expected);
  });
});
