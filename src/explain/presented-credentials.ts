import { findPresentedCredential, type PresentedCredential } from '../core/credentials/presented-credential';
import { findQueryKey } from '../core/credentials/query-key';
import type { Demand } from '../core/demand';
import type { GatewayRequest } from '../core/gateway-request';
import type { CredentialKind } from '../core/principal';
import type { Route } from '../core/routing/route';

/** A place a credential was found at, and why it counted or did not. */
export interface PresentedView {
  readonly source: 'Authorization' | 'X-API-Key' | 'query' | 'certificate';
  readonly kind: CredentialKind | null;
  readonly outcome: 'decides' | 'not_looked_at';
  readonly reason: string;
}

type Source = PresentedView['source'];

/** Every credential a request carries, in the order they are looked for, without a word of what they say. */
export function describePresented(request: GatewayRequest, route: Route, demand: Demand): PresentedView[] {
  let isDecided = false;
  return sourcesOf(request).map((source) => {
    const found = findPresentedCredential(only(source, request), route, demand);
    const kind = typeof found === 'object' ? found.kind : null;
    const isFirst = !isDecided && found !== undefined;
    isDecided ||= isFirst;
    if (!demand.authRequired)
      return { source, kind, outcome: 'not_looked_at', reason: 'the method needs no credential' };
    if (isFirst) return { source, kind, outcome: 'decides', reason: reasonToDecide(found, demand) };
    const reason = found === undefined ? reasonToIgnore(source) : 'an earlier credential decides, and alone';
    return { source, kind, outcome: 'not_looked_at', reason };
  });
}

function sourcesOf({ fields, query, certificate }: GatewayRequest): Source[] {
  return [
    ...(fields.authorization === undefined ? [] : (['Authorization'] as const)),
    ...(fields.apiKey === undefined ? [] : (['X-API-Key'] as const)),
    ...(query !== '' && findQueryKey(query) ? (['query'] as const) : []),
    ...(certificate ? (['certificate'] as const) : []),
  ];
}

/** The request as if it carried this credential alone: the same search then tells what it is taken for. */
function only(source: Source, request: GatewayRequest): GatewayRequest {
  const { authorization, apiKey } = request.fields;
  return {
    ...request,
    fields: {
      ...request.fields,
      authorization: source === 'Authorization' ? authorization : undefined,
      apiKey: source === 'X-API-Key' ? apiKey : undefined,
    },
    query: source === 'query' ? request.query : '',
    certificate: source === 'certificate' ? request.certificate : undefined,
  };
}

function reasonToDecide(found: PresentedCredential | 'repeated' | undefined, demand: Demand): string {
  if (found === 'repeated') return 'the query holds more than one key';
  const isTaken = found !== undefined && demand.kinds.has(found.kind);
  return isTaken ? 'the first credential present' : 'the first credential present, of a kind the method does not take';
}

function reasonToIgnore(source: Source): string {
  switch (source) {
    case 'Authorization':
      return 'its scheme belongs to the upstream';
    case 'query':
      return 'the route takes no key in the query';
    default:
      return 'the method does not take this kind';
  }
}
