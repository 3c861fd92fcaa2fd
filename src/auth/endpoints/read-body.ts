import type { z } from 'zod';
import { parseInput } from '../../admin-api/field-errors';
import { parseJsonObject } from '../../core/credentials/jwt/strict-json';
import type { GatewayRequest } from '../../core/gateway-request';
import { GatewardenError } from '../../errors/gatewarden-error';
import { invalidField } from '../../errors/refusals';

const MAX_BYTES = 65_536;

/**
 * The JSON object a request brings, as the schema reads it; whatever its Content-Type says, for the predecessor never
 * looked at that, and no cookie makes a form of another page dangerous.
 * @throws GatewardenError for too much, what is no JSON in one reading, or faulty fields
 */
export async function readBody<S extends z.ZodType>(request: GatewayRequest, schema: S): Promise<z.output<S>> {
  const bytes = await request.body.read(MAX_BYTES);
  if (bytes === 'body_too_large') {
    throw new GatewardenError('payload_too_large', 'the request body is larger than 64 KiB');
  }
  if (typeof bytes === 'string') throw new GatewardenError('malformed_request', 'the request body is not complete');
  const value = parseJsonObject(bytes);
  if (!value) throw invalidField('', 'the request body must be one JSON object, with no field named twice');
  return parseInput(schema, value);
}

/** Like `readBody`; undefined for a request without a body. */
export async function readOptionalBody<S extends z.ZodType>(
  request: GatewayRequest,
  schema: S,
): Promise<z.output<S> | undefined> {
  return request.fields.bodyLength === 0 ? undefined : readBody(request, schema);
}
