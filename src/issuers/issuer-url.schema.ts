import { z } from 'zod';

const MESSAGE = 'must be an http:// or https:// URL without a user name, password or fragment';

/** Where an issuer is asked: the operator's own address, so a private one will do. */
export const issuerUrlSchema = z.string().max(2048).refine(isIssuerUrl, MESSAGE);

/** The `iss` of an OpenID provider: the address its discovery document is found under. */
export const oidcIssuerSchema = issuerUrlSchema.refine(
  (text) => !text.includes('?'),
  'must be the address of the OpenID provider, without a query',
);

function isIssuerUrl(text: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  return hostname !== '' && username === '' && password === '' && !/[#\\]/.test(text);
}
