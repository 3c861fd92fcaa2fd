import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { demandCredential } from '../core/demand';
import { CredentialChecker } from './credential-checker';

const API_KEY = demandCredential(['api_key']);

/** Lets in clients by their API key (`Authorization: Bearer`, `Authorization: ApiKey`, `X-API-Key`). */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(private readonly credentials: CredentialChecker) {}

  canActivate(context: ExecutionContext): Promise<true> {
    return this.credentials.admit(context, API_KEY);
  }
}
