import type { ServerOptions } from 'node:http';
import type { Settings } from '../../config/settings';

const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 1_000;

/** What the listeners of the data plane have in common. */
export function serverOptions({ keepAliveTimeoutMs }: Settings): ServerOptions {
  return {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    insecureHTTPParser: false,
    // Most requests have no body: they need no stream that flows to its end.
    optimizeEmptyRequests: true,
    // Refused by us, with a body that says why.
    requireHostHeader: false,
  };
}
