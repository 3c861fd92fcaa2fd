/** The host a request is for: lower case, without port and trailing dot; empty when an HTTP/1.0 request names none. */
export interface CanonicalHost {
  readonly host: string;
  readonly port: string;
}

const HOST = /^([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\])(\.?)(?::([0-9]{1,5}))?$/;

/** The canonical form of a Host field or an authority (RFC 9110 section 7.2), undefined when it is neither. */
export function toCanonicalHost(raw: string): CanonicalHost | undefined {
  const parts = HOST.exec(raw);
  if (!parts || raw.length > 261 || raw.includes('..')) return undefined;
  return { host: (parts[1] ?? '').toLowerCase(), port: parts[3] ?? '' };
}
