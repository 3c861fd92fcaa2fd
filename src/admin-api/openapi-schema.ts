import type { ApiBody } from '@nestjs/swagger';
import { z } from 'zod';

type OpenApiSchema = Extract<Parameters<typeof ApiBody>[0], { schema: unknown }>['schema'];

/** What a client may send for a schema, as OpenAPI 3.0 describes it. */
export function toOpenApiSchema(schema: z.ZodType): OpenApiSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'openapi-3.0', unrepresentable: 'any' }) as OpenApiSchema;
}
