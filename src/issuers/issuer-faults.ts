import type { KeySet } from '../core/credentials/jwt/key-set';
import { SIGNATURE_ALGORITHMS } from '../core/credentials/jwt/signature-algorithm';
import { readPublicKey, readSecret, type StaticKeyFault } from '../core/credentials/jwt/static-keys';
import { oidcIssuerSchema } from './issuer-url.schema';

/** What of an issuer depends on the rest of it. */
interface IssuerFields {
  readonly type: 'oidc' | 'jwks' | 'static' | 'introspection';
  readonly issuer: string | null;
  readonly jwks_url: string | null;
  readonly secret?: string | null | undefined;
  readonly public_key: string | null;
  readonly introspection: object | null;
  readonly audiences: readonly string[];
  readonly algorithms?: readonly string[] | undefined;
}

type Field = keyof IssuerFields;
type Fault = readonly [Field, string];

/** The fields only some types of issuer have. */
const OWN_FIELDS: readonly (readonly [Field, readonly IssuerFields['type'][]])[] = [
  ['jwks_url', ['jwks']],
  ['secret', ['static']],
  ['public_key', ['static']],
  ['introspection', ['introspection']],
];

const KEY_FAULTS: Readonly<Record<StaticKeyFault, string>> = {
  key_unreadable: 'is no key of a kind that verifies tokens',
  key_weak: 'can be broken: RSA keys need 2,048 bits or more, and secrets as a JWK the length of their hash',
  key_private: 'must not hold a private key',
  key_not_for_verifying: 'is not meant for verifying signatures (use, key_ops, alg)',
  key_set_unreadable: 'is no JWK Set',
  key_set_too_large: 'has too many keys',
  key_set_ambiguous: 'has two different keys of one kid',
};

/** What does not go together in an issuer: each faulty field with a sentence. */
export function findIssuerFaults(input: IssuerFields): Fault[] {
  return [...findMisplaced(input), ...findMissing(input), ...findKeyFaults(input)];
}

/** The algorithm of an issuer that lists none: the first that fits its key, RS256 where keys are fetched. */
export function defaultAlgorithms({ type, public_key: publicKey }: IssuerFields): readonly string[] {
  if (type === 'introspection') return [];
  if (type !== 'static') return ['RS256'];
  if (publicKey === null) return ['HS256'];
  const keys = readPublicKey(publicKey);
  return typeof keys === 'string' ? [] : fitting(keys).slice(0, 1);
}

function findMisplaced(input: IssuerFields): Fault[] {
  return OWN_FIELDS.filter(([field, types]) => input[field] != null && !types.includes(input.type)).map(([field]) => [
    field,
    `${field} is not for issuers of type ${input.type}`,
  ]);
}

function findMissing({ type, issuer, jwks_url, introspection, audiences, secret, public_key }: IssuerFields): Fault[] {
  const faults: Fault[] = [];
  const isRemote = type === 'oidc' || type === 'jwks';
  if (isRemote && issuer === null) faults.push(['issuer', 'issuer is required: the iss of its tokens']);
  if (type === 'oidc' && issuer !== null && !oidcIssuerSchema.safeParse(issuer).success) {
    faults.push(['issuer', 'issuer must be the http:// or https:// address of the OpenID provider']);
  }
  if (type === 'jwks' && jwks_url === null) faults.push(['jwks_url', 'jwks_url is required']);
  if (type === 'introspection' && introspection === null) faults.push(['introspection', 'introspection is required']);
  if (isRemote && audiences.length === 0) {
    faults.push(['audiences', 'audiences must name at least one: or tokens meant for others would be accepted']);
  }
  if (secret != null && public_key !== null) faults.push(['public_key', 'give secret or public_key']);
  return faults;
}

function findKeyFaults(input: IssuerFields): Fault[] {
  const { type, secret, public_key: publicKey, algorithms } = input;
  const faults: Fault[] = [];
  const secretKeys = secret == null ? undefined : readSecret(secret);
  const publicKeys = publicKey === null ? undefined : readPublicKey(publicKey);
  if (typeof secretKeys === 'string') faults.push(['secret', `secret ${KEY_FAULTS[secretKeys]}`]);
  if (typeof publicKeys === 'string') faults.push(['public_key', `public_key ${KEY_FAULTS[publicKeys]}`]);
  const keys = secretKeys ?? publicKeys;
  if (type === 'introspection' || algorithms === undefined || typeof keys === 'string') return faults;
  const fault = findAlgorithmFault(algorithms, type === 'static' && publicKey === null, keys);
  return fault === undefined ? faults : [...faults, ['algorithms', fault]];
}

/** An HMAC algorithm beside a public key would take that key, which everybody has, for the secret (RFC 8725 2.1). */
function findAlgorithmFault(
  algorithms: readonly string[],
  isSecret: boolean,
  keys: KeySet | undefined,
): string | undefined {
  if (algorithms.length === 0) return 'algorithms must name at least one';
  const unfit = algorithms.find((name) => asymmetric().includes(name) === isSecret);
  if (unfit !== undefined) return `${unfit} needs ${isSecret ? 'a public key' : 'a secret'}`;
  const unusable = keys && algorithms.find((name) => keys.find(undefined, name).length === 0);
  return unusable === undefined ? undefined : `${unusable} does not fit the key`;
}

function fitting(keys: KeySet): readonly string[] {
  return asymmetric().filter((name) => keys.find(undefined, name).length > 0);
}

function asymmetric(): readonly string[] {
  return Object.entries(SIGNATURE_ALGORITHMS)
    .filter(([, { scheme }]) => scheme !== 'hmac')
    .map(([name]) => name);
}
