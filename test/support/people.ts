/** A reply of an endpoint for people. */
export interface PersonReply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
  readonly body: any;
}

interface CallOptions {
  readonly token?: string;
  /** Where the call comes from, at a gateway that trusts loopback. */
  readonly address?: string;
  readonly headers?: Record<string, string>;
  /** Sent as it is, instead of the JSON body. */
  readonly raw?: string | Buffer;
}

/** Lets the tests' calls come from any address; the quickest of the ways to hash passwords. */
export const FOR_PEOPLE = { TRUSTED_PROXIES: '127.0.0.1', PASSWORD_HASH: 'argon2id' };

export const PASSWORD = 'correct horse battery';

/** Calls the endpoints for people of a gateway. */
export class People {
  private addresses = 0;

  constructor(private readonly url: string) {}

  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<PersonReply> {
    const { token, address, headers, raw } = options;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const reply = await fetch(`${this.url}/api/auth${path}`, {
      method,
      body: sent as RequestInit['body'],
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(address !== undefined && { 'x-forwarded-for': address }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    const text = await reply.text();
    const isJson = text !== '' && /json/.test(reply.headers.get('content-type') ?? '');
    return { status: reply.status, headers: reply.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  get = (path: string, options?: CallOptions): Promise<PersonReply> => this.call('GET', path, undefined, options);
  post = (path: string, body?: unknown, options?: CallOptions): Promise<PersonReply> =>
    this.call('POST', path, body, options);

  /** Registers somebody, each from another address: only so many may from one. */
  async register(email: string, password = PASSWORD): Promise<void> {
    this.addresses += 1;
    const reply = await this.post('/register', { email, password }, { address: `198.18.0.${this.addresses}` });
    if (reply.status !== 201) throw new Error(`${email} is not registered: ${reply.status} ${reply.text}`);
  }

  logIn(email: string, password = PASSWORD, address?: string): Promise<PersonReply> {
    return this.post('', { email, password }, { address });
  }

  /** The tokens of a new session. */
  async enter(email: string, password = PASSWORD, address?: string): Promise<Tokens> {
    const { status, text, body } = await this.logIn(email, password, address);
    if (status !== 200) throw new Error(`${email} is not let in: ${status} ${text}`);
    return { access: body.access_token, refresh: body.refresh_token };
  }

  refresh(refreshToken: string): Promise<PersonReply> {
    return this.post('/refresh', { refresh_token: refreshToken });
  }
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

/** A body without what differs from one reply to the next. */
export function withoutIds(text: string): string {
  return text.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>');
}

/** What a token says. */
export function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
