import { json, type NextFunction, type Request, type RequestHandler, type Response, text } from 'express';
import { GatewardenError } from '../errors/gatewarden-error';

const MEDIA_TYPES = ['application/json', 'application/merge-patch+json'];
/** One JSON object on each line. */
export const NDJSON = 'application/x-ndjson';
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];
/** A whole configuration has secrets and certificates of everything. */
const WHOLE_CONFIGURATION = '64mb';

/** Keeps the body of a whole configuration as text, YAML or JSON. */
export function configurationParsing(): RequestHandler {
  return text({ limit: WHOLE_CONFIGURATION, type: [...YAML_TYPES, 'application/json'] });
}

/** Leaves a body to its handler, which reads it as it comes. */
export function refuseAllBut(mediaType: string): RequestHandler {
  return (request, _response, next) => {
    if (request.is(mediaType) !== false) next();
    else next(new GatewardenError('unsupported_media_type', `the request body must be ${mediaType} in UTF-8`));
  };
}

/** Parses JSON bodies of up to 1 MB; a body of any other type is refused rather than ignored. */
export function jsonParsing(): RequestHandler[] {
  return [refuseOtherMediaTypes, json({ limit: '1mb', strict: false, type: MEDIA_TYPES })];
}

function refuseOtherMediaTypes(request: Request, _response: Response, next: NextFunction): void {
  const isParsed = typeof request.body === 'string' || request.is(NDJSON) === NDJSON;
  const isEmpty = request.headers['content-length'] === '0';
  if (isEmpty || isParsed || request.is(MEDIA_TYPES) !== false) next();
  else next(new GatewardenError('unsupported_media_type', 'the request body must be application/json in UTF-8'));
}
