import { isAllowedOrigin } from '../../listening/allowed-origin';

type Fields = Record<string, string>;

const EXPOSED = 'Retry-After, WWW-Authenticate, X-Request-ID';
const MAX_AGE_SECONDS = 7200;

/** The one Origin of a request (RFC 6454), undefined when there is none, or more than one. */
export function originOf(rawHeaders: readonly string[]): string | undefined {
  const origins = rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === 'origin');
  return origins.length === 1 ? origins[0] : undefined;
}

/** What a reply says to a page of another origin; pages send their token themselves, so a browser's cookies never count. */
export function crossOriginFields(origin: string | undefined, allowed: readonly string[]): Fields {
  if (allowed.length === 0) return {};
  if (origin === undefined || !isAllowedOrigin(origin, allowed)) return { Vary: 'Origin' };
  return { Vary: 'Origin', 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED };
}

/** What the reply to a preflight adds for an allowed origin. */
export function preflightFields(origin: string | undefined, allowed: readonly string[], methods: string): Fields {
  if (!isAllowedOrigin(origin, allowed)) return {};
  return {
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': 'Authorization, Content-Type',
    'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
  };
}
