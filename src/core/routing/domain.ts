import { PatternError } from './pattern-error';

/** A route's domain: `api.example.com`, `*.example.com` (any depth, not the bare domain) or `*`; a port only when named. */
export interface DomainPattern {
  /** Canonical text: lower case, no trailing dot. */
  readonly text: string;
  /** The exact host, the suffix behind `*.`, or empty for `*`. */
  readonly host: string;
  readonly kind: 'exact' | 'subdomains' | 'any';
  readonly port: string | undefined;
}

const LABELS = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
const IPV6 = /^\[[0-9a-f:.]+\]$/;
const INVALID =
  "domain must be a valid format: 'example.com', '*.example.com', or '*' for any domain, each with an optional :port";

/** @throws PatternError when the text is no domain, wildcard domain or `*` */
export function parseDomain(text: string): DomainPattern {
  const { host, port } = splitPort(text.toLowerCase());
  const bare = host.endsWith('.') ? host.slice(0, -1) : host;
  const suffix = port === undefined ? '' : `:${port}`;
  if (text.length > 253) throw new PatternError('domain must have at most 253 characters');
  if (host === '*') return { text: `*${suffix}`, host: '', kind: 'any', port };
  const kind = bare.startsWith('*.') ? 'subdomains' : 'exact';
  const name = kind === 'subdomains' ? bare.slice(2) : bare;
  if (!LABELS.test(name) && !(kind === 'exact' && IPV6.test(name))) throw new PatternError(INVALID);
  return { text: `${bare}${suffix}`, host: name, kind, port };
}

function splitPort(text: string): { host: string; port: string | undefined } {
  const colon = text.lastIndexOf(':');
  if (colon < 0 || text.endsWith(']')) return { host: text, port: undefined };
  const port = text.slice(colon + 1);
  if (!/^[1-9][0-9]{0,4}$/.test(port) || Number(port) > 65535) throw new PatternError(INVALID);
  return { host: text.slice(0, colon), port };
}
