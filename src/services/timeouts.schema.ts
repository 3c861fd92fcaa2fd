import { z } from 'zod';
import { wholeNumber } from '../admin-api/fields';

const DAY_MS = 86_400_000;

/** The three time-outs of an upstream call, in milliseconds. */
export const timeoutsSchema = z.strictObject({
  connect_ms: wholeNumber(1, DAY_MS).default(2_000),
  response_header_ms: wholeNumber(1, DAY_MS).default(30_000),
  idle_ms: wholeNumber(1, DAY_MS).default(60_000),
});
