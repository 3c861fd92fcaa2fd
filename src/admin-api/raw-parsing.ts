import { type ErrorRequestHandler, type RequestHandler, raw } from 'express';
import { GatewardenError } from '../errors/gatewarden-error';

const MAX_BYTES = 65_536;

/** Keeps a body of up to 64 KiB as the bytes that were sent, whatever they say they are: signatures are over bytes. */
export function rawParsing(): (RequestHandler | ErrorRequestHandler)[] {
  return [raw({ limit: MAX_BYTES, type: () => true, inflate: false }), sayWhatIsTooLarge];
}

const sayWhatIsTooLarge: ErrorRequestHandler = (error, _request, _response, next) => {
  const isTooLarge = error instanceof Error && 'status' in error && error.status === 413;
  next(isTooLarge ? new GatewardenError('payload_too_large', 'the request body is larger than 64 KiB') : error);
};
