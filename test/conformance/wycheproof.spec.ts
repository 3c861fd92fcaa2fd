import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCompactJws } from '../../src/core/credentials/jwt/compact-jws';
import { findHeaderFault } from '../../src/core/credentials/jwt/header-fault';
import { isSignedBy } from '../../src/core/credentials/jwt/is-signed-by';
import type { KeySet } from '../../src/core/credentials/jwt/key-set';
import { ALGORITHM_NAMES } from '../../src/core/credentials/jwt/signature-algorithm';
import { readPublicKey, readSecret } from '../../src/core/credentials/jwt/static-keys';
import { findVectors } from '../support/vectors';

const DIRECTORY = findVectors('wycheproof');
const FILES = ['json_web_signature_test.json', 'json_web_key_test.json'];

interface Vector {
  readonly tcId: number;
  readonly comment: string;
  /** An object where it is in the JSON serialization. */
  readonly jws: unknown;
  readonly result: 'valid' | 'invalid' | 'acceptable';
}

interface Group {
  readonly comment: string;
  readonly private: object;
  readonly public?: object;
  readonly tests: readonly Vector[];
}

/** Vectors that contradict the standard, or each other. */
const CONTRADICTIONS: Record<string, string> = {
  'signature 346': 'its key is for the algorithm PS256, and it is signed by PS384',
  'signature 350': 'its key is for the algorithm PS256, and it is signed by PS384',
  'signature 347': 'its key is for the algorithm ES521, which does not exist',
  'signature 351': 'its key is for the algorithm ES521, which does not exist',
  'signature 372': 'a question mark is no letter of base64url',
  'signature 373': 'a question mark is no letter of base64url',
  'signature 367': 'letter by letter the token of 357, which is valid',
  'signature 370': 'letter by letter the token of 357, which is valid',
};

/** The rules of a gateway with the keys of a group, as far as they concern signatures. */
function isAccepted({ public: publicKey, private: secret }: Group, { jws }: Vector): boolean {
  const keys: KeySet | string = publicKey
    ? readPublicKey(JSON.stringify(publicKey))
    : readSecret(JSON.stringify(secret));
  const token = typeof jws === 'string' ? parseCompactJws(jws) : undefined;
  if (typeof keys === 'string' || !token) return false;
  if (findHeaderFault(token.header, ALGORITHM_NAMES)) return false;
  const candidates = keys.find(token.header.kid as string | undefined, String(token.header.alg));
  return candidates.some(({ key }) => isSignedBy(token, key));
}

if (DIRECTORY !== undefined) {
  describe.each(FILES)('the vectors of %s', (file) => {
    const { testGroups } = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8')) as { testGroups: Group[] };
    const subject = file.includes('signature') ? 'signature' : 'key';
    const rows = testGroups.flatMap((group) => group.tests.map((vector) => [group, vector] as const));

    it.each(['invalid', 'valid'] as const)('are decided as they should be where they are %s', (result) => {
      const concerned = rows.filter(([, vector]) => vector.result === result);
      const wrong = concerned.filter(([group, vector]) => isAccepted(group, vector) !== (result === 'valid'));
      const names = wrong.map(([, { tcId }]) => `${subject} ${tcId}`);
      expect(names.filter((name) => !(name in CONTRADICTIONS))).toEqual([]);
      expect(concerned.length).toBeGreaterThan(3);
    });
  });
} else {
  it.skip('is not run: the Wycheproof vectors are not beside the repository', () => {});
}
