import type { GatewayRequest } from '../../core/gateway-request';
import type { PolicyService } from '../../core/policy-service';
import type { Principal } from '../../core/principal';
import { type Balancer, newBalancer } from './balancer';
import { type TurnListener, Upstream } from './upstream';

/** The targets of one service, as long as the service stays as it is. */
export class UpstreamSet {
  readonly upstreams: readonly Upstream[];
  private readonly balance: Balancer;
  private readonly hashField: string | undefined;

  constructor(
    readonly service: PolicyService,
    turned: TurnListener,
  ) {
    this.upstreams = service.upstreams.map((address) => new Upstream(address, service, turned));
    this.balance = newBalancer(service.loadBalancing);
    const [kind, field] = service.hashOn.split(':');
    this.hashField = kind === 'header' ? field?.toLowerCase() : undefined;
  }

  /** The target for a request: alive, not among the `tried`, and with weight; undefined when there is none. */
  pick(key: string, tried: readonly Upstream[], nowMs: number): Upstream | undefined {
    const [only] = this.upstreams;
    // Ejecting the only target helps nobody: its failures are answered one by one, and its recovery is seen at once.
    if (this.upstreams.length === 1) return only?.isUp && only.weight > 0 && !tried.includes(only) ? only : undefined;
    const candidates = this.upstreams.filter(
      (upstream) => upstream.weight > 0 && upstream.isAvailable(nowMs) && !tried.includes(upstream),
    );
    return this.balance(candidates, key);
  }

  /** What `hash` balances on; empty for the other ways. */
  hashKey(request: GatewayRequest, principal: Principal): string {
    const { service } = this;
    if (service.loadBalancing !== 'hash') return '';
    if (this.hashField !== undefined) return this.fieldOf(request, this.hashField) ?? request.clientAddress;
    if (service.hashOn === 'client' && principal.kind === 'client') return principal.client.clientId;
    return request.clientAddress;
  }

  private fieldOf({ rawHeaders }: GatewayRequest, field: string): string | undefined {
    const index = rawHeaders.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === field);
    return index < 0 ? undefined : rawHeaders[index + 1];
  }
}
