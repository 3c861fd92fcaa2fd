import { z } from 'zod';

const MESSAGE = 'url must be http://host[:port][/base], https://…, or unix:/path/to.sock';

/** Where an upstream listens; a base path is put before the request's path. */
export const upstreamAddressSchema = z.string().max(2048).refine(isUpstreamAddress, MESSAGE);

function isUpstreamAddress(text: string): boolean {
  if (text.startsWith('unix:')) return /^unix:\/[\x21-\x7e]+$/.test(text) && !text.includes('//', 5);
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  return hostname !== '' && username === '' && password === '' && !/[?#\\]/.test(text);
}
