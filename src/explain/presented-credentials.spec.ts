import { API_KEY, aRequest, aRoute, type RequestText } from '../../test/support/policy';
import { type Demand, demandCredential, PUBLIC } from '../core/demand';
import { describePresented } from './presented-credentials';

const JWS = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const TOKEN_OR_KEY = demandCredential(['jwt', 'api_key']);

function presented(text: RequestText, demand: Demand = API_KEY, apiKeyInQuery = true): string[] {
  return describePresented(aRequest(text), aRoute({ apiKeyInQuery }), demand).map(
    ({ source, kind, outcome, reason }) => `${source} ${kind} ${outcome}: ${reason}`,
  );
}

describe('the credentials of a request', () => {
  it.each<[string, RequestText, Demand | undefined, string[]]>([
    ['none', {}, undefined, []],
    [
      'a key',
      { headers: { 'X-API-Key': 's3cret' } },
      undefined,
      ['X-API-Key api_key decides: the first credential present'],
    ],
    [
      'a signature before a key',
      { headers: { 'X-API-Key': 's3cret', Authorization: 'HMAC client_id="s3cret"' } },
      undefined,
      [
        'Authorization hmac decides: the first credential present, of a kind the method does not take',
        'X-API-Key api_key not_looked_at: an earlier credential decides, and alone',
      ],
    ],
    [
      'a token before a key in the query',
      { target: '/orders/1?api_key=s3cret', headers: { Authorization: `Bearer ${JWS}` } },
      TOKEN_OR_KEY,
      [
        'Authorization jwt decides: the first credential present',
        'query api_key not_looked_at: an earlier credential decides, and alone',
      ],
    ],
    [
      'a password of the upstream before a key',
      { headers: { Authorization: 'Basic s3cret', 'X-API-Key': 's3cret' } },
      undefined,
      [
        'Authorization null not_looked_at: its scheme belongs to the upstream',
        'X-API-Key api_key decides: the first credential present',
      ],
    ],
    [
      'two keys in the query',
      { target: '/orders/1?api_key=s3cret&api_key=s3cret' },
      undefined,
      ['query null decides: the query holds more than one key'],
    ],
    [
      'a key for a public method',
      { headers: { 'X-API-Key': 's3cret' } },
      PUBLIC,
      ['X-API-Key api_key not_looked_at: the method needs no credential'],
    ],
  ])('%s', (_, text, demand, expected) => {
    expect(presented(text, demand)).toEqual(expected);
    expect(expected.join()).not.toContain('s3cret');
  });

  it('leave a key in the query alone where the route takes none there', () => {
    expect(presented({ target: '/orders/1?api_key=s3cret' }, API_KEY, false)).toEqual([
      'query null not_looked_at: the route takes no key in the query',
    ]);
  });
});
