import { z } from 'zod';

/** The last second of the year 9999, in Unix seconds: later times do not fit every database. */
const LAST_SECOND = 253_402_300_799;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** One line of text: trimmed, not empty, without control characters. */
export function line(name: string, maxLength: number): z.ZodString {
  return z
    .string()
    .trim()
    .min(1, `${name} must not be empty`)
    .max(maxLength, `${name} must have at most ${maxLength} characters`)
    .refine((text) => !CONTROL.test(text), `${name} must not contain control characters`);
}

/** A whole number within bounds. */
export function wholeNumber(min: number, max: number): z.ZodInt {
  return z.int().min(min).max(max);
}

/** A moment as Unix seconds, or null for never; undefined when not given. */
export const moment = z
  .int()
  .min(0)
  .max(LAST_SECOND)
  .nullable()
  .transform((seconds) => (seconds === null ? null : new Date(seconds * 1000)));

/** A set of choices as a list: at least one, repetitions dropped. */
export function choices<const T extends string>(name: string, values: readonly T[]): z.ZodType<T[], T[]> {
  return z
    .array(z.enum(values), `${name} must be a non-empty array`)
    .min(1, `${name} must be a non-empty array`)
    .transform((list) => [...new Set(list)]);
}

/** A field that is fixed in this version: only the value that changes nothing is accepted. */
export function unavailable<const T>(name: string, neutral: readonly T[]): z.ZodType<T | undefined> {
  return z
    .custom<T | undefined>((value) => value === undefined || neutral.includes(value as T), {
      error: `${name} is not available in this version`,
    })
    .optional();
}
