/** How one JWS algorithm (RFC 7518 section 3.1, RFC 8037) signs, and with what kind of key. */
export type SignatureAlgorithm =
  | { readonly scheme: 'hmac'; readonly hash: HashName; readonly minKeyBytes: number }
  | { readonly scheme: 'rsa' | 'rsa_pss'; readonly hash: HashName }
  | { readonly scheme: 'ecdsa'; readonly hash: HashName; readonly curve: string }
  | { readonly scheme: 'eddsa' };

type HashName = 'sha256' | 'sha384' | 'sha512';

/** Every algorithm an issuer may list; `none` is not one. */
export const SIGNATURE_ALGORITHMS = {
  HS256: { scheme: 'hmac', hash: 'sha256', minKeyBytes: 32 },
  HS384: { scheme: 'hmac', hash: 'sha384', minKeyBytes: 48 },
  HS512: { scheme: 'hmac', hash: 'sha512', minKeyBytes: 64 },
  RS256: { scheme: 'rsa', hash: 'sha256' },
  RS384: { scheme: 'rsa', hash: 'sha384' },
  RS512: { scheme: 'rsa', hash: 'sha512' },
  PS256: { scheme: 'rsa_pss', hash: 'sha256' },
  PS384: { scheme: 'rsa_pss', hash: 'sha384' },
  PS512: { scheme: 'rsa_pss', hash: 'sha512' },
  ES256: { scheme: 'ecdsa', hash: 'sha256', curve: 'prime256v1' },
  ES384: { scheme: 'ecdsa', hash: 'sha384', curve: 'secp384r1' },
  ES512: { scheme: 'ecdsa', hash: 'sha512', curve: 'secp521r1' },
  EdDSA: { scheme: 'eddsa' },
  Ed25519: { scheme: 'eddsa' },
} as const satisfies Record<string, SignatureAlgorithm>;

export type AlgorithmName = keyof typeof SIGNATURE_ALGORITHMS;

/** The names of all algorithms. */
export const ALGORITHM_NAMES = Object.keys(SIGNATURE_ALGORITHMS) as readonly AlgorithmName[];

/** Looks an algorithm up by its exact name: `hs256` and `constructor` are none. */
export function findSignatureAlgorithm(name: string): SignatureAlgorithm | undefined {
  return Object.hasOwn(SIGNATURE_ALGORITHMS, name) ? SIGNATURE_ALGORITHMS[name as AlgorithmName] : undefined;
}
