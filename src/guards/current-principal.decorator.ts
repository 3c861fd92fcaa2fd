import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { NOBODY, type Principal } from '../core/principal';
import type { AdmittedRequest } from './credential-checker';

/** Whom the guard of a handler let in; nobody behind no guard. */
export const CurrentPrincipal = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    context.switchToHttp().getRequest<AdmittedRequest>().principal ?? NOBODY,
);
