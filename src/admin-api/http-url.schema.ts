import { z } from 'zod';

const MESSAGE = 'must be an http:// or https:// URL without a user name, password or fragment';

/** An address the gateway calls. */
export const httpUrlSchema = z.string().max(2048).refine(isHttpUrl, MESSAGE);

function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  return hostname !== '' && username === '' && password === '' && !/[#\\]/.test(text);
}
