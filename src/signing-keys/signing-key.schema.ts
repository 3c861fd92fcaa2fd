import { z } from 'zod';
import { wholeNumber } from '../admin-api/fields';

const DAY_SECONDS = 86_400;
/** Twice what verifiers may keep a key set for, so that each knows a key before it meets a token signed by it. */
const ACTIVATION_DELAY_SECONDS = 600;
/** More than a token signed in the last moment of a key may live. */
const MIN_OVERLAP_SECONDS = 120;

/** A rotation: the kind of the new key (as the last one, unless told), when it signs, how long the old one verifies after. */
export const keyRotationSchema = z.strictObject({
  algorithm: z.enum(['EdDSA', 'ES256', 'RS256'], 'algorithm must be one of EdDSA, ES256, RS256').optional(),
  activation_delay_seconds: wholeNumber(0, 30 * DAY_SECONDS).default(ACTIVATION_DELAY_SECONDS),
  overlap_seconds: wholeNumber(MIN_OVERLAP_SECONDS, 365 * DAY_SECONDS).default(DAY_SECONDS),
});

export type KeyRotationInput = z.output<typeof keyRotationSchema>;
