import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { PROTECTED } from '../core/demand';
import { CredentialChecker } from './credential-checker';

/** Lets in apps that hold a protect key (`X-Authenticity`); a body is checked where `rawBody: true` keeps it. */
@Injectable()
export class ProtectGuard implements CanActivate {
  constructor(private readonly credentials: CredentialChecker) {}

  canActivate(context: ExecutionContext): Promise<true> {
    return this.credentials.admit(context, PROTECTED);
  }
}
