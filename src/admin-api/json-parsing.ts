import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { GatewardenError } from '../errors/gatewarden-error';

const MEDIA_TYPES = ['application/json', 'application/merge-patch+json'];

/** Parses JSON bodies of up to 1 MB; a body of any other type is refused rather than ignored. */
export function jsonParsing(): RequestHandler[] {
  return [refuseOtherMediaTypes, json({ limit: '1mb', strict: false, type: MEDIA_TYPES })];
}

function refuseOtherMediaTypes(request: Request, _response: Response, next: NextFunction): void {
  const isEmpty = request.headers['content-length'] === '0';
  if (isEmpty || request.is(MEDIA_TYPES) !== false) next();
  else next(new GatewardenError('unsupported_media_type', 'the request body must be application/json in UTF-8'));
}
