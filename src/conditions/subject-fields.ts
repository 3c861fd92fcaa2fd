import type { ConditionSubject } from '../core/conditions/condition';
import type { Principal } from '../core/principal';
import type { VerifiedToken } from '../core/verified-token';
import { toCanonicalAddress } from './address-range';
import type { ConditionType } from './condition-type';
import { readableFields } from './readable-fields';
import { readableQuery, SingleParameters } from './readable-query';

type SubjectValue =
  | string
  | boolean
  | readonly string[]
  | ReadonlyMap<string, string>
  | Readonly<Record<string, unknown>>;

/** One field of `request`, `principal` or `route`. */
export interface SubjectField {
  readonly type: ConditionType;
  read(subject: ConditionSubject): SubjectValue;
}

const STRINGS: ConditionType = { list: 'string' };
const STRING_MAP: ConditionType = { key: 'string', value: 'string' };
const CLAIMS: ConditionType = { key: 'string', value: 'dyn' };
const NONE: readonly string[] = [];

/** Everything a condition or a policy agent may read, by its full name; text that there is none of is empty. */
export const SUBJECT_FIELDS: Readonly<Record<string, SubjectField>> = {
  'request.method': { type: 'string', read: ({ request }) => request.method },
  'request.path': { type: 'string', read: ({ request }) => request.path },
  'request.host': { type: 'string', read: ({ request }) => request.host },
  'request.query_string': { type: 'string', read: ({ request }) => readableQuery(request.query) },
  'request.query': { type: STRING_MAP, read: ({ request }) => new SingleParameters(request.query) },
  'request.headers': {
    type: STRING_MAP,
    read: ({ request }) => readableFields(request.rawHeaders, request.fields.connectionNames),
  },
  'request.ip': { type: 'address', read: ({ request }) => toCanonicalAddress(request.clientAddress) },
  'request.is_secure': { type: 'bool', read: ({ request }) => request.isSecure },
  'request.scheme': { type: 'string', read: ({ request }) => (request.isSecure ? 'https' : 'http') },
  'principal.kind': { type: 'string', read: ({ principal }) => principal.kind },
  'principal.method': { type: 'string', read: ({ principal }) => ('method' in principal ? principal.method : '') },
  'principal.client_id': { type: 'string', read: ({ principal }) => clientOf(principal)?.clientId ?? '' },
  'principal.client_name': { type: 'string', read: ({ principal }) => clientOf(principal)?.clientName ?? '' },
  'principal.user_id': { type: 'string', read: ({ principal }) => String(tokenOf(principal)?.subject ?? '') },
  'principal.app': { type: 'string', read: ({ principal }) => (principal.kind === 'app' ? principal.app : '') },
  'principal.issuer': { type: 'string', read: ({ principal }) => tokenOf(principal)?.issuerName ?? '' },
  'principal.tenant': {
    type: 'string',
    read: ({ principal }) => clientOf(principal)?.tenant ?? tokenOf(principal)?.tenant ?? '',
  },
  'principal.roles': { type: STRINGS, read: ({ principal }) => tokenOf(principal)?.roles ?? NONE },
  'principal.scopes': { type: STRINGS, read: ({ principal }) => tokenOf(principal)?.scopes ?? NONE },
  'principal.claims': { type: CLAIMS, read: ({ principal }) => tokenOf(principal)?.claims ?? {} },
  'route.id': { type: 'string', read: ({ route }) => route.routeId },
  'route.domain': { type: 'string', read: ({ route }) => route.domain.text },
  'route.pattern': { type: 'string', read: ({ route }) => route.pattern.text },
};

function clientOf(principal: Principal) {
  return principal.kind === 'client' ? principal.client : undefined;
}

function tokenOf(principal: Principal): VerifiedToken | undefined {
  return 'token' in principal ? principal.token : undefined;
}
