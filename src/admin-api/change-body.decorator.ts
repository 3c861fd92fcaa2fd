import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { invalidField } from '../errors/refusals';
import type { Change } from './change';
import { documentBody } from './json-body.decorator';
import { toOpenApiSchema } from './openapi-schema';

const ReadChange = createParamDecorator((_: unknown, context: ExecutionContext): Change => {
  const { body, method, headers } = context.switchToHttp().getRequest<Request>();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalidField('', 'the body must be a JSON object');
  }
  return { body, merge: method === 'PATCH', ifMatch: headers['if-match'] };
});

/** The body of a PUT or PATCH with its If-Match, documented by the schema that `parseChange` will check it with. */
export function ChangeBody(schema: z.ZodType): ParameterDecorator {
  return (target, key, index) => {
    ReadChange()(target, key, index);
    documentBody(target, key, { schema: toOpenApiSchema(schema) });
  };
}
