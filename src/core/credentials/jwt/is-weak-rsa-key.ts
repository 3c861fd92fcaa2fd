import type { KeyObject } from 'node:crypto';

const MIN_MODULUS_BITS = 2048;
const ROCA_GENERATOR = 65537;
const ROCA_PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/** Whether an RSA key can be broken: under 2,048 bits, a useless exponent, or made by a chip with CVE-2017-15361. */
export function isWeakRsaKey(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < MIN_MODULUS_BITS || publicExponent < 3n || publicExponent % 2n === 0n) return true;
  const { n = '' } = key.export({ format: 'jwk' });
  return hasRocaFingerprint(BigInt(`0x0${Buffer.from(n, 'base64url').toString('hex')}`));
}

/** Those chips made primes that are powers of 65537 modulo many small primes, and so is their product. */
function hasRocaFingerprint(modulus: bigint): boolean {
  return ROCA_PRIMES.every((prime) => powersModulo(prime).has(Number(modulus % BigInt(prime))));
}

function powersModulo(prime: number): ReadonlySet<number> {
  const powers = new Set<number>();
  for (let power = 1; !powers.has(power); power = (power * ROCA_GENERATOR) % prime) powers.add(power);
  return powers;
}
