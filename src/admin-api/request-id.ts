import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const WELL_FORMED = /^[A-Za-z0-9._~-]{1,128}$/;

/** Every reply carries X-Request-ID: the caller's when it is well-formed, else a new one. */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && WELL_FORMED.test(given) ? given : randomUUID();
  response.set('X-Request-ID', requestId);
  next();
}
