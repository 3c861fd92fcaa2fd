import type { Refused } from '../../core/decision';
import { isProtectedField } from '../../core/fields';
import type { DecisionMade } from '../../decision/decision-made';
import { type RefusalReply, toRefusalReply } from '../../listening/refusal-reply';
import { allowanceFields } from '../allowance-fields';
import type { CheckResponse, HeaderValueOption } from './check-messages';

/** Codes of google.rpc.Code. */
const OK = 0;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;
/** Fields of the way a request came that Envoy itself writes or checks before it asks. */
const OF_ENVOY: ReadonlySet<string> = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-client-cert']);

/** The answer to a check. `names` are those of the fields the client sent. */
export function toCheckResponse(
  { decision, request, decisionId }: DecisionMade,
  names: Iterable<string>,
): CheckResponse {
  const { requestId } = request;
  if (!decision.allowed) return toDenial(decision, toRefusalReply(decision, { requestId, decisionId }));
  const headers = toOptions(allowanceFields(decision, requestId));
  const response_headers_to_add = toOptions(decision.limit?.fields ?? []);
  return {
    status: { code: OK },
    ok_response: { headers, headers_to_remove: spoofed(names, headers), response_headers_to_add },
  };
}

/** The answer to a check that failed. */
export function toFault(reply: RefusalReply): CheckResponse {
  return { status: { code: UNAVAILABLE }, denied_response: toDeniedResponse(reply) };
}

function toDenial(refused: Refused, reply: RefusalReply): CheckResponse {
  return { status: { code: codeOf(reply.status), message: refused.code }, denied_response: toDeniedResponse(reply) };
}

function toDeniedResponse({ status: code, headers, body }: RefusalReply): CheckResponse['denied_response'] {
  // Envoy frames the reply itself.
  const fields = Object.entries(headers).filter(([name]) => name !== 'Content-Length');
  return { status: { code }, headers: toOptions(fields.flat()), body };
}

function codeOf(httpStatus: number): number {
  if (httpStatus >= 500) return UNAVAILABLE;
  return httpStatus === 401 ? UNAUTHENTICATED : PERMISSION_DENIED;
}

function toOptions(fields: readonly string[]): HeaderValueOption[] {
  const options: HeaderValueOption[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const value = Buffer.from(fields[i + 1] ?? '', 'latin1').toString('utf8');
    options.push({
      header: { key: (fields[i] ?? '').toLowerCase(), value },
      append: { value: false },
      append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      keep_empty_value: true,
    });
  }
  return options;
}

/** What only the gateway may set, in any spelling, less what it does set. */
function spoofed(names: Iterable<string>, set: readonly HeaderValueOption[]): string[] {
  const ours = new Set(set.map(({ header }) => header.key));
  return [...names].filter((name) => isProtectedField(name) && !ours.has(name) && !OF_ENVOY.has(name));
}
