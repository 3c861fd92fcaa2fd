import { z } from 'zod';
import { wholeNumber } from '../admin-api/fields';

const MESSAGE = 'url must be http://host[:port]/v1/data/… or https://…';

/** A question to an Open Policy Agent. */
export const opaSchema = z.strictObject({
  url: z.string().max(2048).refine(isAgentUrl, MESSAGE),
  timeout_ms: wholeNumber(1, 30_000).default(200),
  cache_seconds: wholeNumber(0, 86_400).default(0),
});

/** Without credentials: a URL is shown, logged and exported. */
function isAgentUrl(text: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  return hostname !== '' && username === '' && password === '' && !/[#\\]/.test(text);
}
