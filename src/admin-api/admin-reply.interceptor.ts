import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, Optional } from '@nestjs/common';
import type { Request, Response } from 'express';
import { mergeMap, type Observable } from 'rxjs';
import { invalidField } from '../errors/refusals';
import { AppliedWait } from '../instances/applied-wait';
import { etagOf } from './etag';
import { Page } from './page';

/** What a write answers: the object as it is now, and the revision that made it so. */
export interface Written<View> {
  readonly value: View;
  readonly revision: number;
}

const LAGGING = 'X-Config-Lagging';

/** Turns what a handler returns (a page, an object, a write) into a body and its header fields. */
@Injectable()
export class AdminReplyInterceptor implements NestInterceptor {
  /** In another application than the gateway there are no others to wait for. */
  constructor(@Optional() private readonly applied?: AppliedWait) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    // Refused before anything is written.
    const waits = readWait(request);
    return next.handle().pipe(
      mergeMap(async (result: unknown) => {
        if (result instanceof Page) return replyPage(result, request, response);
        if (!isWritten(result)) return replyObject(result, response);
        if (waits) await this.awaitOthers(result.revision, response);
        return replyWritten(result, response);
      }),
    );
  }

  /** What is written stays written: a process that lags makes it 202, with all that the reply would have held. */
  private async awaitOthers(revision: number, response: Response): Promise<void> {
    const lagging = (await this.applied?.findLagging(revision).catch(() => ['unknown'])) ?? [];
    if (lagging.length > 0) response.status(202).set(LAGGING, lagging.join(', '));
  }
}

/** @throws GatewardenError request_invalid for anything but `wait=applied` */
function readWait({ method, query }: Request): boolean {
  if (query.wait === undefined || method === 'GET') return false;
  if (query.wait !== 'applied') throw invalidField('wait', 'the only thing to wait for is applied');
  return true;
}

function replyPage(page: Page<unknown>, request: Request, response: Response): readonly unknown[] {
  response.set('X-Total-Count', String(page.total));
  if (page.nextCursor !== undefined) {
    const url = new URL(request.originalUrl, 'http://localhost');
    url.searchParams.set('cursor', page.nextCursor);
    response.set('Link', `<${url.pathname}${url.search}>; rel="next"`);
  }
  return page.items;
}

function replyWritten({ value, revision }: Written<unknown>, response: Response): unknown {
  response.set('X-Config-Revision', String(revision));
  return replyObject(value, response);
}

function replyObject(view: unknown, response: Response): unknown {
  if (typeof view === 'object' && view !== null) response.set('ETag', etagOf(view));
  return view;
}

function isWritten(result: unknown): result is Written<unknown> {
  return typeof result === 'object' && result !== null && 'value' in result && 'revision' in result;
}
