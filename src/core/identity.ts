import type { ClientPrincipal, Principal } from './principal';

/** Who a request acts for as the upstream is told; empty where there is nothing to tell. */
export interface Identity {
  readonly clientId: string;
  readonly clientName: string;
  readonly userId: string;
  /** Separated by commas. */
  readonly userRoles: string;
  readonly tenantId: string;
  readonly authMethod: string;
  /** base64url of JSON. */
  readonly authClaims: string;
}

/** The field that tells each part. */
export const IDENTITY_FIELDS: Readonly<Record<keyof Identity, string>> = {
  clientId: 'X-Client-ID',
  clientName: 'X-Client-Name',
  userId: 'X-User-ID',
  userRoles: 'X-User-Roles',
  tenantId: 'X-Tenant-ID',
  authMethod: 'X-Auth-Method',
  authClaims: 'X-Auth-Claims',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const ANONYMOUS: Identity = {
  clientId: '',
  clientName: '',
  userId: '',
  userRoles: '',
  tenantId: '',
  authMethod: '',
  authClaims: '',
};

/** The identity of a principal, as the text of field values. */
export function toIdentity(principal: Principal): Identity {
  switch (principal.kind) {
    case 'nobody':
      return ANONYMOUS;
    case 'app':
      return { ...ANONYMOUS, authMethod: principal.method };
    case 'client':
      return { ...ofToken(principal.token), ...ofClient(principal), authMethod: principal.method };
    case 'user':
      return { ...ofToken(principal.token), authMethod: principal.method };
  }
}

function ofClient({ client, token }: ClientPrincipal): Partial<Identity> {
  return {
    clientId: client.clientId,
    clientName: fieldText(client.clientName),
    tenantId: fieldText(client.tenant ?? token?.tenant ?? ''),
  };
}

function ofToken(token: ClientPrincipal['token']): Identity {
  if (!token) return ANONYMOUS;
  return {
    ...ANONYMOUS,
    userId: fieldText(String(token.subject ?? '')),
    // A role with a comma in it would be read as two.
    userRoles: token.roles
      .filter((role) => !role.includes(','))
      .map(fieldText)
      .filter((text) => text !== '')
      .join(','),
    tenantId: fieldText(token.tenant ?? ''),
    authClaims: token.forwardedClaims ?? '',
  };
}

/**
 * UTF-8 as the bytes of a field value (RFC 9110 section 5.5), which Node writes as Latin-1. What would not arrive as it
 * is, is not told: with its blanks trimmed or its control bytes gone, `admin ` would be read as somebody else.
 */
function fieldText(text: string): string {
  if (CONTROL.test(text) || text.trim() !== text || !text.isWellFormed()) return '';
  return Buffer.from(text, 'utf8').toString('latin1');
}
