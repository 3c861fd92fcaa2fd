import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Response } from 'express';
import type { GatewardenError } from './gatewarden-error';
import { toProblem } from './problem';
import { toGatewardenError } from './to-gatewarden-error';

/** The one exception filter: every refusal and fault leaves as application/problem+json. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const error = toGatewardenError(thrown);
    const requestId = String(response.getHeader('X-Request-ID') ?? '');
    this.log(error, requestId);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .status(error.status)
      .set(error.headers)
      .type('application/problem+json')
      .send(JSON.stringify(toProblem(error, requestId)));
  }

  private log(error: GatewardenError, requestId: string): void {
    if (error.logLevel === 'debug') return;
    const { cause } = error;
    const trace = cause instanceof Error ? cause.stack : String(cause);
    this.logger.error(`${error.code} request_id=${requestId}`, trace);
  }
}
