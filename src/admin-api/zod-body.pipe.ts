import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';
import { parseInput } from './field-errors';

/** Checks a request body against its schema; a missing body is read as an empty object. */
export class ZodBodyPipe<S extends z.ZodType> implements PipeTransform<unknown, z.output<S>> {
  constructor(private readonly schema: S) {}

  transform(body: unknown): z.output<S> {
    return parseInput(this.schema, body === undefined ? {} : body);
  }
}
