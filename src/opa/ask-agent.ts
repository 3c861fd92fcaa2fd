import type { Dispatcher } from 'undici';
import type { OpaQuery } from '../core/conditions/opa-query';

const MAX_REPLY_BYTES = 64 * 1024;
/** A kept connection that the agent closed at the same moment; a question may be asked again. */
const LOST_CONNECTION: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);

/**
 * Asks an Open Policy Agent once: true only for the result `true` or one with `allow: true`.
 * @throws Error when it is down, too slow, or does not answer as an agent does
 */
export async function askAgent(dispatcher: Dispatcher, query: OpaQuery, body: string): Promise<boolean> {
  const signal = AbortSignal.timeout(query.timeoutMs);
  try {
    const reply = await post(dispatcher, { query, body, signal }).catch((error: unknown) => {
      if (!isLostConnection(error)) throw error;
      return post(dispatcher, { query, body, signal });
    });
    return isAllowance(reply);
  } catch (error) {
    const { origin, pathname } = new URL(query.url);
    const reason = signal.aborted
      ? `did not answer within ${query.timeoutMs} ms`
      : `failed: ${(error as Error).message}`;
    throw new Error(`the policy agent at ${origin}${pathname} ${reason}`, { cause: error });
  }
}

interface Posting {
  readonly query: OpaQuery;
  readonly body: string;
  readonly signal: AbortSignal;
}

async function post(dispatcher: Dispatcher, { query, body, signal }: Posting): Promise<unknown> {
  const { origin, pathname, search } = new URL(query.url);
  const reply = await dispatcher.request({
    origin,
    path: `${pathname}${search}`,
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body,
    signal,
  });
  if (reply.statusCode !== 200) {
    // Cutting a reply off is an error of its stream, which nobody else listens for.
    reply.body.on('error', () => undefined).destroy();
    throw new Error(`it answered with status ${reply.statusCode}`);
  }
  return parse(await readAtMost(reply.body));
}

async function readAtMost(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REPLY_BYTES) throw new Error(`its reply is larger than ${MAX_REPLY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote the reply.
    throw new Error('its reply is no JSON');
  }
}

/** An agent whose policy says nothing answers `{}`: that is no allowance, but an answer. */
function isAllowance(reply: unknown): boolean {
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply))
    throw new Error('its reply is no JSON object');
  const { result } = reply as { result?: unknown };
  if (result === true) return true;
  return typeof result === 'object' && result !== null && 'allow' in result && result.allow === true;
}

function isLostConnection(error: unknown): boolean {
  return error instanceof Error && 'code' in error && LOST_CONNECTION.has(error.code);
}
