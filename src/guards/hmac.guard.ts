import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { demandCredential } from '../core/demand';
import { CredentialChecker } from './credential-checker';

const HMAC = demandCredential(['hmac']);

/** Lets in clients that signed the request (`Authorization: HMAC`); a body is checked where `rawBody: true` keeps it. */
@Injectable()
export class HmacGuard implements CanActivate {
  constructor(private readonly credentials: CredentialChecker) {}

  canActivate(context: ExecutionContext): Promise<true> {
    return this.credentials.admit(context, HMAC);
  }
}
