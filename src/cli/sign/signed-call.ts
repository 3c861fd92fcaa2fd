import { shellQuote } from './shell-quote';

/** A request with its signature, ready to be sent. */
export interface SignedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The line that sends it. `-g` keeps curl from reading brackets and braces in the URL, `--data-raw` an `@` in the body. */
export function toCurlLine({ method, url, headers, body }: SignedCall): string {
  const words = ['curl', '-si', '-g', ...methodWords(method, body)];
  for (const [name, value] of Object.entries(headers)) words.push('-H', shellQuote(`${name}: ${value}`));
  if (body !== '') words.push('--data-raw', shellQuote(body));
  return [...words, shellQuote(url)].join(' ');
}

/** With `-X HEAD` curl would wait for a body that never comes. */
function methodWords(method: string, body: string): string[] {
  if (method === 'HEAD') return ['-I'];
  return method === (body === '' ? 'GET' : 'POST') ? [] : ['-X', method];
}
