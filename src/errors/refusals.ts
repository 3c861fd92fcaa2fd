import { type FieldError, GatewardenError } from './gatewarden-error';

/** 400 for one or more fields of the body; the first message becomes the detail. */
export function invalidFields(errors: readonly FieldError[]): GatewardenError {
  return new GatewardenError('request_invalid', errors[0]?.message ?? 'the request is not valid', { errors });
}

/** 400 for one field, given by its JSON pointer. */
export function invalidField(pointer: string, message: string): GatewardenError {
  return invalidFields([{ pointer, message }]);
}

/** 404, `<object> not found`. */
export function notFound(object: string): GatewardenError {
  return new GatewardenError('not_found', `${object} not found`);
}

/** 409 with a sentence that names what it collides with. */
export function conflict(message: string): GatewardenError {
  return new GatewardenError('conflict', message);
}
