import { Query } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';
import { decodeCursor } from './cursor';
import { ZodBodyPipe } from './zod-body.pipe';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const paging = {
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  cursor: z.string().transform(decodeCursor).optional(),
};

/** A list request: how many, from where, and only rows with these values. */
export type ListQueryOf<Filter> = Filter & { limit: number; cursor?: { createdAt: Date; id: string } };

/** The query of a list, validated and documented: `limit`, `cursor` and the given filters; anything else is refused. */
export function ListQuery(filters: z.ZodRawShape): ParameterDecorator {
  const schema = z.strictObject({ ...paging, ...filters });
  return (target, key, index) => {
    Query(new ZodBodyPipe(schema))(target, key, index);
    const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
    if (key === undefined || descriptor === undefined) return;
    for (const name of Object.keys(schema.shape)) {
      const type = name === 'limit' ? 'integer' : 'string';
      ApiQuery({ name, required: false, schema: { type } })(target, key, descriptor);
    }
  };
}
