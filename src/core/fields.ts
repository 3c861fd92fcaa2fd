/** The fields a decision reads, found in one pass; each may come once. */
export interface Fields {
  readonly host: string | undefined;
  readonly authorization: string | undefined;
  readonly apiKey: string | undefined;
  /** `X-Authenticity`, `X-Date` and `X-Nonce`: the signature of an app. */
  readonly authenticity: string | undefined;
  readonly date: string | undefined;
  readonly nonce: string | undefined;
  readonly requestId: string | undefined;
  readonly userAgent: string | undefined;
  /** Bytes of the body as declared, 0 without one; undefined when it is chunked. */
  readonly bodyLength: number | undefined;
  /** The names that Connection lists besides `close` and `keep-alive`, lower case: hop-by-hop for this request. */
  readonly connectionNames: readonly string[];
  readonly fault: FieldFault | undefined;
}

export type FieldFault = 'duplicate_host' | 'duplicate_credential' | 'connection_names_protected_field';

const NO_NAMES: readonly string[] = [];
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'x-api-key', 'x-authenticity', 'x-date', 'x-nonce']);
const PROTECTED: ReadonlySet<string> = new Set([
  'x-client-id',
  'x-client-name',
  'x-route-id',
  'x-user-id',
  'x-user-roles',
  'x-tenant-id',
  'x-real-ip',
  'forwarded',
  'client-cert',
  'client-cert-chain',
]);
const PROTECTED_PREFIX = /^x-(?:auth|gatewarden|forwarded|original)-/;

/**
 * Whether a field, however it is spelt, would be read as one that only the gateway may set. Servers that turn `_` and
 * `.` into `-` cannot tell the spellings apart (CVE-2025-64484, CVE-2026-39858).
 */
export function isProtectedField(name: string): boolean {
  const folded = foldFieldName(name);
  return PROTECTED.has(folded) || PROTECTED_PREFIX.test(folded);
}

function foldFieldName(name: string): string {
  return name.toLowerCase().replace(/[_.]/g, '-');
}

/** Reads the fields a decision needs from names and values in turn. */
export function readFields(raw: readonly string[]): Fields {
  let host: string | undefined;
  let authorization: string | undefined;
  let apiKey: string | undefined;
  let authenticity: string | undefined;
  let date: string | undefined;
  let nonce: string | undefined;
  let requestId: string | undefined;
  let userAgent: string | undefined;
  let bodyLength: number | undefined = 0;
  let connectionNames = NO_NAMES;
  let fault: FieldFault | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const value = raw[i + 1] ?? '';
    // The length tells most names apart before a character is compared.
    switch (name.length) {
      case 4:
        if (name.toLowerCase() !== 'host') break;
        if (host !== undefined) fault = 'duplicate_host';
        host = value;
        break;
      case 6:
        if (name.toLowerCase() !== 'x-date') break;
        if (date !== undefined) fault = 'duplicate_credential';
        date = value;
        break;
      case 7:
        if (name.toLowerCase() !== 'x-nonce') break;
        if (nonce !== undefined) fault = 'duplicate_credential';
        nonce = value;
        break;
      case 9:
        if (name.toLowerCase() !== 'x-api-key') break;
        if (apiKey !== undefined) fault = 'duplicate_credential';
        apiKey = value;
        break;
      case 10: {
        const lower = name.toLowerCase();
        if (lower === 'user-agent') userAgent = value;
        else if (lower === 'connection') connectionNames = withConnectionNames(connectionNames, value);
        break;
      }
      case 12:
        if (name.toLowerCase() === 'x-request-id') requestId = requestId === undefined ? value : '';
        break;
      case 13:
        if (name.toLowerCase() !== 'authorization') break;
        if (authorization !== undefined) fault = 'duplicate_credential';
        authorization = value;
        break;
      case 14: {
        const lower = name.toLowerCase();
        if (lower === 'content-length' && bodyLength !== undefined) bodyLength = Number(value);
        if (lower !== 'x-authenticity') break;
        if (authenticity !== undefined) fault = 'duplicate_credential';
        authenticity = value;
        break;
      }
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') bodyLength = undefined;
        break;
    }
  }
  if (connectionNames.length > 0 && connectionNames.some(isOurs)) fault ??= 'connection_names_protected_field';
  return {
    host,
    authorization,
    apiKey,
    authenticity,
    date,
    nonce,
    requestId,
    userAgent,
    bodyLength,
    connectionNames,
    fault,
  };
}

function withConnectionNames(known: readonly string[], value: string): readonly string[] {
  if (value === 'keep-alive' || value === 'close') return known;
  const names = value
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'close' && name !== 'keep-alive');
  return names.length === 0 ? known : [...known, ...names];
}

function isOurs(name: string): boolean {
  return CREDENTIALS.has(foldFieldName(name)) || name === 'host' || isProtectedField(name);
}
