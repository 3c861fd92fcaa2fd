import { Body } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { z } from 'zod';
import { toOpenApiSchema } from './openapi-schema';
import { ZodBodyPipe } from './zod-body.pipe';

/** The request body, validated by the schema and documented with it. */
export function JsonBody(schema: z.ZodType): ParameterDecorator {
  return (target, key, index) => {
    Body(new ZodBodyPipe(schema))(target, key, index);
    documentBody(target, key, { schema: toOpenApiSchema(schema) });
  };
}

/** Gives the handler whose parameter is being decorated its OpenAPI request body. */
export function documentBody(
  target: object,
  key: string | symbol | undefined,
  body: Parameters<typeof ApiBody>[0],
): void {
  if (key === undefined) return;
  const descriptor = Object.getOwnPropertyDescriptor(target, key);
  if (descriptor) ApiBody(body)(target, key, descriptor);
}
