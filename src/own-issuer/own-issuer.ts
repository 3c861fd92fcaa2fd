/** The issuer row of the gateway itself: the same in every database, so that it can be named before it is read. */
export const OWN_ISSUER_ID = '00000000-0000-8000-8000-000000000001';

/** What routes call it. */
export const OWN_ISSUER_NAME = 'gatewarden';

/** Who the tokens of people are meant for. */
export const OWN_AUDIENCE = 'gatewarden';

/** The `iss` where nobody said under which address the gateway is known. */
export const UNNAMED_ISSUER = 'gatewarden';
