import { aClient, aRequest, aRoute } from '../../../test/support/policy';
import { AN_APP, aCaller, anAllowance, aToken, aUser } from '../../../test/support/principals';
import { fieldValues } from '../../../test/support/recording-upstream';
import type { Principal } from '../../core/principal';
import type { DecisionMade } from '../../decision/decision-made';
import {
  KEY_STRIPPED,
  PASSED,
  type Relayed,
  replacedBy,
  STRIPPED,
  TOKEN_PASSED,
  WITHOUT_TOKEN,
} from '../../relay/relayed';
import { upstreamRequestFields } from './upstream-request-fields';

const HOP = { peerAddress: '192.0.2.1', isPeerTrusted: false, httpVersion: '1.1' };
const DECISION_ID = 'a2b7c9d0-1111-4222-8333-444455556666';

/** What goes out, as names and values in turn. */
function sent(headers: Record<string, string>, relayed: Relayed, principal: Principal = aUser()): string[] {
  const request = aRequest({ headers });
  const allowed = anAllowance(principal, aRoute());
  const made = { decisionId: DECISION_ID, request, decision: allowed } as unknown as DecisionMade;
  const lines = upstreamRequestFields({ request, allowed, made, hop: HOP }, relayed).split('\r\n').slice(1);
  return lines.flatMap((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]);
}

describe('the credentials an upstream receives', () => {
  const BEARER = 'Bearer a.b.c';

  it.each([
    ['all', PASSED, BEARER, [BEARER], true, true],
    ['a token, and no key beside it', TOKEN_PASSED, BEARER, [BEARER], false, true],
    ['no token beside a key', KEY_STRIPPED, BEARER, [], false, true],
    ['no key in Authorization', KEY_STRIPPED, 'ApiKey partner-key-0001', [], false, true],
    ['no signature in Authorization', KEY_STRIPPED, 'HMAC client_id="x"', [], false, true],
    ['no bare key in Authorization', KEY_STRIPPED, 'partner-key-0001', [], false, true],
    ['the upstream’s own scheme beside a key', KEY_STRIPPED, 'Basic eDp5', ['Basic eDp5'], false, true],
    ['no credential of the gateway at all', STRIPPED, BEARER, [], false, false],
    ['the upstream’s own scheme even then', STRIPPED, 'Basic eDp5', ['Basic eDp5'], false, false],
    ['no token where none can be made', WITHOUT_TOKEN, BEARER, [], false, true],
    ['nothing that may pass for one either', WITHOUT_TOKEN, 'JWT a.b.c', [], false, true],
    ['one token in place of what came', replacedBy('x.y.z'), BEARER, ['Bearer x.y.z'], false, true],
    [
      'one token in place of the upstream’s own scheme',
      replacedBy('x.y.z'),
      'Basic eDp5',
      ['Bearer x.y.z'],
      false,
      true,
    ],
  ])('are %s', (_, relayed, authorization, expected, hasKey, hasProof) => {
    const headers = sent(
      { Authorization: authorization, 'X-API-Key': 'key', 'X-Authenticity': 'proof', 'X-Date': '1', 'X-Nonce': 'n' },
      relayed,
    );
    expect(fieldValues(headers, 'authorization')).toEqual(expected);
    expect(fieldValues(headers, 'x-api-key')).toEqual(hasKey ? ['key'] : []);
    expect(fieldValues(headers, 'x-authenticity')).toEqual(hasProof ? ['proof'] : []);
    expect(fieldValues(headers, 'x-date')).toEqual(['1']);
    expect(fieldValues(headers, 'x-nonce')).toEqual(['n']);
  });

  it.each(['authorization', 'AUTHORIZATION', 'AuThOrIzAtIoN'])('know Authorization spelt as %s', (name) => {
    const headers = sent({ [name]: BEARER }, replacedBy('x.y.z'));
    expect(fieldValues(headers, 'authorization')).toEqual(['Bearer x.y.z']);
  });
});

describe('the identity an upstream receives', () => {
  const token = aToken({ subject: 17, roles: ['editor', 'x,admin'], tenant: 'acme', forwardedClaims: 'e30' });
  const of = (principal: Principal, name: string) => fieldValues(sent({}, PASSED, principal), name);

  it('is the user of a token', () => {
    const user: Principal = { kind: 'user', method: 'jwt', token };
    const names = ['x-user-id', 'x-user-roles', 'x-tenant-id', 'x-auth-method', 'x-auth-claims', 'x-client-id'];
    expect(names.map((name) => of(user, name))).toEqual([['17'], ['editor'], ['acme'], ['jwt'], ['e30'], []]);
  });

  it('is the client and the subject of a token that stands for a client', () => {
    const client = aCaller(aClient(), token);
    const names = ['x-client-id', 'x-client-name', 'x-user-id', 'x-auth-method'];
    expect(names.map((name) => of(client, name))).toEqual([['client-1'], ['Mobile app'], ['17'], ['jwt']]);
  });

  it('follows a change of the client at once, and never mixes two tokens up', () => {
    const [before, after] = [aClient({ clientName: 'before' }), aClient({ clientName: 'after' })];
    expect(of(aCaller(before, token), 'x-client-name')).toEqual(['before']);
    expect(of(aCaller(after, token), 'x-client-name')).toEqual(['after']);
    expect(of(aCaller(after, aToken({ subject: '18' })), 'x-user-id')).toEqual(['18']);
    expect(of(aCaller(after, token), 'x-user-id')).toEqual(['17']);
    expect(of(aCaller(after), 'x-user-id')).toEqual([]);
  });

  it('is the method alone for an app', () => {
    expect(of(AN_APP, 'x-auth-method')).toEqual(['protect']);
    expect(of(AN_APP, 'x-user-id')).toEqual([]);
  });
});
