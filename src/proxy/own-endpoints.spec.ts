import { aRequest } from '../../test/support/policy';
import type { OwnEndpoint } from './own-endpoint';
import { OwnEndpoints } from './own-endpoints';

const one: OwnEndpoint = () => ({ status: 200, headers: {}, body: '' });
const other: OwnEndpoint = () => ({ status: 204, headers: {}, body: '' });

describe('the endpoints of the gateway itself', () => {
  const endpoints = new OwnEndpoints();
  endpoints.register('GET', '/api/auth/sessions', one);
  endpoints.register('DELETE', '/api/auth/sessions/:id', other);

  it.each([
    ['GET', '/api/auth/sessions', { endpoint: one, id: '' }],
    ['DELETE', '/api/auth/sessions/a-1', { endpoint: other, id: 'a-1' }],
    ['DELETE', '/api/auth/sessions', undefined],
    ['DELETE', '/api/auth/sessions/', undefined],
    ['DELETE', '/api/auth/sessions/a/b', undefined],
    ['GET', '/api/auth/sessions/a', undefined],
    ['GET', '/api/auth/session', undefined],
    ['GET', '/API/auth/sessions', undefined],
    ['get', '/api/auth/sessions', undefined],
  ])('answer %s %s only where one is registered', (method, target, found) => {
    expect(endpoints.find(aRequest({ method, target }))).toEqual(found);
  });
});
