import { isGatewayAuthorization } from '../../core/credentials/presented-credential';
import type { Allowed } from '../../core/decision';
import type { PolicyService } from '../../core/policy-service';
import type { AllowedCall } from '../allowed-call';
import { toFieldName } from './field-class';
import { ForwardingChain } from './forwarding-chain';
import { identityLines } from './identity-headers';

/**
 * The field lines for an upstream, each with the line end before it: first what the client sent, less everything
 * hop-by-hop, protected or ours to relay; then our own fields, so that nothing a client sends can stand in for one.
 * @throws UpstreamError when a value of ours is none
 */
export function upstreamRequestFields(call: AllowedCall, service: PolicyService): string {
  const { request, allowed, made } = call;
  const chain = new ForwardingChain(call.hop);
  const strips = stripsCredentials(allowed, service);
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
        if (!strips || !isGatewayAuthorization(value)) lines += start + value;
        break;
      case 'api-key':
        if (!strips) lines += start + value;
        break;
      case 'method-override':
        if (allowed.route.keepMethodOverride) lines += start + value;
        break;
      case 'chain':
        chain.add(name, value);
        break;
    }
  }
  return lines + identityLines(allowed) + chain.toLines(request, made.decisionId);
}

/** Contract: a client's key or signature stays with us unless the service asks for it; on public routes nothing is ours. */
function stripsCredentials({ principal }: Allowed, service: PolicyService): boolean {
  return service.tokenRelay === undefined ? principal.kind !== 'nobody' : service.tokenRelay === 'strip';
}
