import type { CorsOptions, CorsOptionsDelegate } from '@nestjs/common/interfaces/external/cors-options.interface';
import type { NextFunction, Request, Response } from 'express';
import { isAllowedOrigin } from '../listening/allowed-origin';

const API = /^\/api(\/|$)/;
const EXPOSED = [
  'X-Total-Count',
  'Link',
  'ETag',
  'X-Config-Revision',
  'X-Request-ID',
  'Retry-After',
  'RateLimit',
  'RateLimit-Policy',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
];

/** Lets pages of the listed origins call the API with a token of their own; a browser's cookies never count. */
export function consoleCors(origins: readonly string[]): CorsOptionsDelegate<Request> {
  return (request, done) => {
    const { origin } = request.headers;
    const isAllowed = API.test(request.path) && isAllowedOrigin(origin, origins);
    // Without an origin no field is sent, to preflights neither.
    const options: CorsOptions = isAllowed ? { origin, exposedHeaders: EXPOSED, maxAge: 7200 } : { origin: false };
    done(null as unknown as Error, options);
  };
}

/** Caches must not give the reply to one origin to another, nor to none. */
export function varyByOrigin(request: Request, response: Response, next: NextFunction): void {
  if (API.test(request.path)) response.vary('Origin');
  next();
}
