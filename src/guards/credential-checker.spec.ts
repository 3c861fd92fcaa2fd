import { type ExecutionContext, Logger } from '@nestjs/common';
import { API_KEY, aClient, aSnapshot, KEY, portsAt } from '../../test/support/policy';
import { demandCredential } from '../core/demand';
import type { DecisionPorts } from '../core/ports';
import { CredentialRefusal } from '../errors/credential-refusal';
import { toGatewardenError } from '../errors/to-gatewarden-error';
import type { SnapshotService } from '../snapshot/snapshot.service';
import { type AdmittedRequest, CredentialChecker } from './credential-checker';

const client = aClient();
const JWS = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

function checkerWith(some: Partial<DecisionPorts> = {}): CredentialChecker {
  const current = aSnapshot({ clients: [client] });
  return new CredentialChecker({ current } as SnapshotService, portsAt(undefined, some));
}

function contextOf(headers: Record<string, string>, change: object = {}) {
  const sent: Record<string, string> = {};
  const request = {
    method: 'GET',
    originalUrl: '/orders/1',
    url: '/1',
    rawHeaders: Object.entries({ Host: 'a', ...headers }).flat(),
    socket: { remoteAddress: '192.0.2.1' },
    ...change,
  } as unknown as AdmittedRequest;
  const response = { set: (fields: Record<string, string>) => Object.assign(sent, fields) };
  const http = { getRequest: () => request, getResponse: () => response };
  return { request, sent, context: { switchToHttp: () => http } as unknown as ExecutionContext };
}

async function refusalOf(checker: CredentialChecker, demand = API_KEY, headers = {}, change = {}) {
  const { context, request, sent } = contextOf(headers, change);
  const error = await checker.admit(context, demand).catch((thrown: unknown) => thrown);
  expect(request.principal).toBeUndefined();
  if (!(error instanceof CredentialRefusal)) throw new Error(`not refused: ${error}`);
  return { error, sent };
}

describe('a credential behind a guard', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('puts whom it proves on the request', async () => {
    const { context, request } = contextOf({ 'X-API-Key': KEY });
    await expect(checkerWith().admit(context, API_KEY)).resolves.toBe(true);
    expect(request.principal).toMatchObject({
      kind: 'client',
      client: { clientId: client.clientId },
      method: 'api_key',
    });
  });

  it('is refused as 401 with the challenge of its kind', async () => {
    const { error, sent } = await refusalOf(checkerWith());
    expect([error.getStatus(), sent]).toEqual([401, { 'WWW-Authenticate': 'ApiKey realm="gatewarden"' }]);
    expect(error.getResponse()).toMatchObject({ status: 401, code: 'credentials_missing' });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('away, with s3cret');
      },
    ],
    ['rejects', () => Promise.reject(new Error('away, with s3cret'))],
    ['says so', () => ({ rejected: 'issuer_unavailable', code: 'dependency_unavailable' as const })],
  ])('that cannot be checked, for what it hangs on %s, is 503', async (_, verify) => {
    const checker = checkerWith({ tokens: { verify } });
    const { error, sent } = await refusalOf(checker, demandCredential(['jwt']), { Authorization: `Bearer ${JWS}` });
    expect([error.getStatus(), error.code, sent]).toEqual([503, 'dependency_unavailable', { 'Retry-After': '1' }]);
    expect(JSON.stringify(error.getResponse())).not.toContain('s3cret');
  });

  it.each([
    ['comes twice', {}, { rawHeaders: ['X-API-Key', KEY, 'x-api-key', KEY] }],
    ['comes with a path that has two readings', { 'X-API-Key': KEY }, { originalUrl: '/a/../b' }],
  ])('that %s is malformed', async (_, headers, change) => {
    const { error } = await refusalOf(checkerWith(), API_KEY, headers, change);
    expect([error.getStatus(), error.code]).toEqual([400, 'malformed_request']);
  });

  it('is refused on the admin listener with its code, challenge and no more', async () => {
    const { error } = await refusalOf(checkerWith());
    expect(toGatewardenError(error)).toMatchObject({
      code: 'credentials_missing',
      status: 401,
      message: 'This route needs a credential.',
      headers: { 'WWW-Authenticate': 'ApiKey realm="gatewarden"' },
    });
  });
});
