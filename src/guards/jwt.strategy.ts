import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { demandCredential } from '../core/demand';
import type { CredentialChecker } from './credential-checker';

/** Its name among the strategies of Passport. */
export const JWT_STRATEGY = 'gatewarden-jwt';

const TOKEN = demandCredential(['jwt']);

/** What the guard hands over: strategies are known to the whole process, checkers to one application. */
export interface JwtCheck {
  readonly credentials: CredentialChecker;
  readonly response: Response;
}

/** The strategy of passport-jwt, with tokens verified as at every entrance: by any issuer, its keys, and revocation. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, JWT_STRATEGY) {
  constructor() {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: (_request, _token, done) => done(new Error('the keys are those of the issuers')),
    });
  }

  override authenticate(request: Request, { credentials, response }: JwtCheck): void {
    credentials.check(request, TOKEN, response).then(
      (principal) => this.success(principal),
      (refusal) => this.error(refusal),
    );
  }

  /** Never called: what it would be given has not been verified. */
  validate(): undefined {
    return undefined;
  }
}
