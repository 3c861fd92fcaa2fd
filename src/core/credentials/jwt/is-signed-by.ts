import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { CompactJws } from './compact-jws';
import { findSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm';

/** Whether a key made the signature of a JWS by the algorithm of its header; the caller saw to it that the two fit. */
export function isSignedBy(jws: CompactJws, key: KeyObject): boolean {
  const algorithm = findSignatureAlgorithm(String(jws.header.alg));
  if (!algorithm) return false;
  try {
    return hasSignature(Buffer.from(jws.signed, 'latin1'), jws.signature, key, algorithm);
  } catch {
    // OpenSSL throws on some signatures it cannot even read.
    return false;
  }
}

function hasSignature(signed: Buffer, signature: Buffer, key: KeyObject, algorithm: SignatureAlgorithm): boolean {
  switch (algorithm.scheme) {
    case 'hmac': {
      const mac = createHmac(algorithm.hash, key).update(signed).digest();
      return mac.length === signature.length && timingSafeEqual(mac, signature);
    }
    case 'rsa':
      return (
        isAsLongAs(key, signature) &&
        verify(algorithm.hash, signed, { key, padding: constants.RSA_PKCS1_PADDING }, signature)
      );
    case 'rsa_pss': {
      const { RSA_PKCS1_PSS_PADDING: padding, RSA_PSS_SALTLEN_DIGEST: saltLength } = constants;
      return isAsLongAs(key, signature) && verify(algorithm.hash, signed, { key, padding, saltLength }, signature);
    }
    case 'ecdsa':
      return verify(algorithm.hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'eddsa':
      return verify(null, signed, key, signature);
  }
}

/** RFC 8017 section 8.1.2, step 1: OpenSSL takes a signature of RSA-PSS without its leading zero octets for the same. */
function isAsLongAs(key: KeyObject, signature: Buffer): boolean {
  return signature.length === Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}
