import { Injectable } from '@nestjs/common';
import type { GatewayRequest } from '../core/gateway-request';
import type { OwnEndpoint } from './own-endpoint';

const ID = '/:id';

/** An endpoint with the id it was called for. */
export interface FoundEndpoint {
  readonly endpoint: OwnEndpoint;
  readonly id: string;
}

/**
 * The gateway's own endpoints on the proxy listener, on every host; a route for the same path and method is never asked.
 * Features register theirs before anything listens.
 */
@Injectable()
export class OwnEndpoints {
  /** By canonical path, then method. */
  private readonly exact = new Map<string, Map<string, OwnEndpoint>>();
  /** By what stands before an id. */
  private readonly families = new Map<string, Map<string, OwnEndpoint>>();

  /** `path` is canonical; `/:id` at its end stands for any one segment. */
  register(method: string, path: string, endpoint: OwnEndpoint): void {
    const isFamily = path.endsWith(ID);
    const paths = isFamily ? this.families : this.exact;
    const key = isFamily ? path.slice(0, -ID.length + 1) : path;
    const methods = paths.get(key) ?? new Map<string, OwnEndpoint>();
    paths.set(key, methods.set(method, endpoint));
  }

  /** The endpoint of a request, undefined for any other. */
  find({ path, method }: GatewayRequest): FoundEndpoint | undefined {
    const endpoint = this.exact.get(path)?.get(method);
    if (endpoint) return { endpoint, id: '' };
    for (const [prefix, methods] of this.families) {
      if (!path.startsWith(prefix)) continue;
      const id = path.slice(prefix.length);
      const found = id === '' || id.includes('/') ? undefined : methods.get(method);
      if (found) return { endpoint: found, id };
    }
    return undefined;
  }
}
