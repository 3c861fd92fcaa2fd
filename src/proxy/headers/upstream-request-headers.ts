import { isGatewayAuthorization } from '../../core/credentials/presented-credential';
import type { Allowed } from '../../core/decision';
import type { PolicyService } from '../../core/policy-service';
import type { AllowedCall } from '../allowed-call';
import { fieldClass } from './field-class';
import { ForwardingChain } from './forwarding-chain';
import { pushIdentity } from './identity-headers';

/**
 * Names and values for the upstream: first what the client sent, less everything hop-by-hop, protected or ours to
 * relay; then our own fields, so that nothing a client sends can stand in for one.
 */
export function upstreamRequestHeaders(call: AllowedCall, service: PolicyService, upstreamHost: string): string[] {
  const { request, allowed, made } = call;
  const headers: string[] = ['Host', upstreamHost];
  const chain = new ForwardingChain(call.hop);
  const strips = stripsCredentials(allowed, service);
  const { rawHeaders } = request;
  const named = request.fields.connectionNames;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    const value = rawHeaders[i + 1] ?? '';
    if (named.length > 0 && named.includes(name.toLowerCase())) continue;
    switch (fieldClass(name)) {
      case 'pass':
        headers.push(name, value);
        break;
      case 'authorization':
        if (!strips || !isGatewayAuthorization(value)) headers.push(name, value);
        break;
      case 'api-key':
        if (!strips) headers.push(name, value);
        break;
      case 'method-override':
        if (allowed.route.keepMethodOverride) headers.push(name, value);
        break;
      case 'chain':
        chain.add(name, value);
        break;
    }
  }
  pushIdentity(headers, allowed);
  chain.push(headers, request, made.decisionId);
  return headers;
}

/** Contract: a client's key or signature stays with us unless the service asks for it; on public routes nothing is ours. */
function stripsCredentials({ principal }: Allowed, service: PolicyService): boolean {
  return service.tokenRelay === undefined ? principal.kind !== 'nobody' : service.tokenRelay === 'strip';
}
