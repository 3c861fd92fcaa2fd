import { httpUrlSchema } from '../admin-api/http-url.schema';

/** Where an issuer is asked: the operator's own address, so a private one will do. */
export const issuerUrlSchema = httpUrlSchema;

/** The `iss` of an OpenID provider: the address its discovery document is found under. */
export const oidcIssuerSchema = issuerUrlSchema.refine(
  (text) => !text.includes('?'),
  'must be the address of the OpenID provider, without a query',
);
