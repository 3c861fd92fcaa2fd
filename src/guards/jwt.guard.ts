import { type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { CredentialChecker } from './credential-checker';
import { JWT_STRATEGY } from './jwt.strategy';

/** Lets in users and clients by a token of an enabled issuer (`Authorization: Bearer`). */
@Injectable()
export class JwtGuard extends AuthGuard(JWT_STRATEGY) {
  constructor(private readonly credentials: CredentialChecker) {
    super();
  }

  override getAuthenticateOptions(context: ExecutionContext): object {
    const response = context.switchToHttp().getResponse();
    return { credentials: this.credentials, response, property: 'principal', session: false };
  }
}
