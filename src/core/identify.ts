import { type Awaitable, andThen } from './awaitable';
import { verifyApiKey } from './credentials/api-key-verifier';
import { verifyCertificate } from './credentials/certificate-verifier';
import { verifyHmac } from './credentials/hmac-verifier';
import { findPresentedCredential, type PresentedCredential } from './credentials/presented-credential';
import { verifyProtect } from './credentials/protect-verifier';
import { verifyToken } from './credentials/token-verifier';
import { assumedPrincipal, type Inquiry } from './inquiry';
import { NOBODY } from './principal';
import type { Question } from './question';
import { isRejection, type Verification } from './verification';

/** Who a request acts for by what its method demands; the first credential present decides, and alone. */
export function identify(question: Question): Awaitable<Verification> {
  const { demand, inquiry } = question;
  if (!demand.protect) return demand.authRequired ? verifyCaller(question) : nobody(inquiry);
  const app = verifyProtect(question);
  const proof = inquiry ? noted(inquiry, 'protect', app) : app;
  if (!demand.authRequired) return proof;
  return andThen(proof, (proven) => (isRejection(proven) ? proven : verifyCaller(question)));
}

function nobody(inquiry: Inquiry | undefined): Verification {
  inquiry?.note({ step: 'credential', outcome: 'not_needed' });
  return NOBODY;
}

function verifyCaller(question: Question): Awaitable<Verification> {
  const { inquiry } = question;
  return inquiry ? noted(inquiry, 'credential', verifyFor(inquiry, question)) : verifyPresented(question);
}

function verifyFor({ assumed }: Inquiry, question: Question): Awaitable<Verification> {
  return assumed ? assumedPrincipal(assumed, question.demand) : verifyPresented(question);
}

function noted(
  inquiry: Inquiry,
  step: 'protect' | 'credential',
  verification: Awaitable<Verification>,
): Awaitable<Verification> {
  return andThen(verification, (outcome) => {
    if (isRejection(outcome)) inquiry.note({ step, outcome: 'rejected', cause: outcome.rejected });
    else inquiry.note({ step, outcome: 'accepted', principal: outcome });
    return outcome;
  });
}

function verifyPresented(question: Question): Awaitable<Verification> {
  const { request, route, demand } = question;
  const credential = findPresentedCredential(request, route, demand);
  if (!credential) return { rejected: 'no_credential', code: 'credentials_missing' };
  if (credential === 'repeated') return { rejected: 'duplicate_credential', code: 'malformed_request' };
  if (!demand.kinds.has(credential.kind)) return { rejected: `${credential.kind}_not_accepted` };
  return verify(credential, question);
}

function verify(credential: PresentedCredential, question: Question): Awaitable<Verification> {
  switch (credential.kind) {
    case 'api_key':
      return verifyApiKey(credential.text, question.snapshot, question.ports.apiKeyDigests, question.nowMs);
    case 'hmac':
      return verifyHmac(credential.text, question);
    case 'jwt':
      return verifyToken(credential.text, question);
    case 'mtls':
      return verifyCertificate(question);
  }
}
