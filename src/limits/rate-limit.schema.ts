import { z } from 'zod';

/** The largest number that the column takes on every database. */
const MOST = 2_147_483_647;

/** A client's daily limit as PUT takes it. */
export const rateLimitSchema = z.strictObject({
  requests_per_day: z
    .int('requests_per_day must be a positive integer')
    .min(1, 'requests_per_day must be a positive integer')
    .max(MOST, `requests_per_day must be at most ${MOST}`),
});
