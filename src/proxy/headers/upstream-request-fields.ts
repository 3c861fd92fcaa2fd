import { isGatewayAuthorization } from '../../core/credentials/presented-credential';
import type { Relayed } from '../../relay/relayed';
import type { AllowedCall } from '../allowed-call';
import { fieldStart } from '../upstream-http/field-line';
import { toFieldName } from './field-class';
import { ForwardingChain } from './forwarding-chain';
import { identityLines } from './identity-headers';

const AUTHORIZATION = fieldStart('Authorization');

/**
 * The field lines for an upstream, each with the line end before it: first what the client sent, less everything
 * hop-by-hop, protected or ours to relay; then our own fields, so that nothing a client sends can stand in for one.
 * @throws UpstreamError when a value of ours is none
 */
export function upstreamRequestFields(call: AllowedCall, relayed: Relayed): string {
  const { request, allowed, made } = call;
  const chain = new ForwardingChain(call.hop);
  const { rawHeaders } = request;
  const named = request.fields.connectionNames;
  let lines = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (named.length > 0 && named.includes(name.toLowerCase())) continue;
    const { fieldClass, start } = toFieldName(name);
    switch (fieldClass) {
      case 'pass':
        lines += start + value;
        break;
      case 'authorization':
        if (passesAuthorization(value, relayed)) lines += start + value;
        break;
      case 'api-key':
        if (relayed.passesApiKey) lines += start + value;
        break;
      case 'authenticity':
        if (relayed.passesAuthenticity) lines += start + value;
        break;
      case 'method-override':
        if (allowed.route.keepMethodOverride) lines += start + value;
        break;
      case 'chain':
        chain.add(name, value);
        break;
    }
  }
  if (relayed.authorization !== undefined) lines += AUTHORIZATION + relayed.authorization;
  return lines + identityLines(allowed) + chain.toLines(request, made.decisionId);
}

function passesAuthorization(value: string, { callerAuthorization }: Relayed): boolean {
  return callerAuthorization === 'all' || (callerAuthorization === 'foreign' && !isGatewayAuthorization(value));
}
