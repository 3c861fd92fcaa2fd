import { z } from 'zod';
import { isWellFormedApiKey } from '../core/credentials/api-key';

/** An API key made elsewhere: it has to fit into a header field. */
export const apiKeyValue = z
  .string()
  .max(512)
  .regex(/^[\x21-\x7e]+$/, 'an API key must be visible ASCII without spaces')
  .refine(isWellFormedApiKey, 'this looks like one of our keys but its checksum is wrong');

/** A shared HMAC secret made elsewhere. */
export const hmacSecretValue = z
  .string()
  .max(1024)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  .regex(/^[^\u0000-\u001f\u007f]+$/, 'a shared secret must not be empty or contain control characters');
