import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { etagOf } from './etag';
import { Page } from './page';

/** What a write answers: the object as it is now, and the revision that made it so. */
export interface Written<View> {
  readonly value: View;
  readonly revision: number;
}

/** Turns what a handler returns (a page, an object, a write) into a body and its header fields. */
export class AdminReplyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    return next.handle().pipe(
      map((result: unknown) => {
        if (result instanceof Page) return replyPage(result, request, response);
        return isWritten(result) ? replyWritten(result, response) : replyObject(result, response);
      }),
    );
  }
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
