import { type Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Gateway } from './gateway';

export interface TlsCall {
  readonly port?: number;
  readonly socketPath?: string;
  /** The authority that must have issued the server's certificate. */
  readonly ca: string;
  /** The certificate to show, with its key. */
  readonly identity?: { readonly cert: string; readonly key: string };
  readonly method?: string;
  readonly path?: string;
  /** Names and values, or names and values in turn where a name comes twice. */
  readonly headers?: Record<string, string> | readonly string[];
  /** A connection of its own unless there is an agent. */
  readonly agent?: Agent;
  readonly body?: string;
}

export interface TlsReply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a JSON body is whatever the server sent; the tests say what it must be
  readonly body: any;
}

/** One request over TLS to `localhost`, by way of 127.0.0.1 or a socket. */
export function callOverTls({ identity, body, ...call }: TlsCall): Promise<TlsReply> {
  const options = {
    host: '127.0.0.1',
    servername: 'localhost',
    agent: false as const,
    path: '/',
    ...call,
    ...identity,
    headers: call.headers as Record<string, string>,
  };
  return new Promise((resolve, reject) => {
    const req = request(options, (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk) => {
        text += chunk;
      });
      res.on('error', reject);
      res.on('end', () => {
        const isJson = /json/.test(res.headers['content-type'] ?? '');
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          text,
          body: isJson ? JSON.parse(text) : undefined,
        });
      });
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** The port of the admin listener. */
export function adminPortOf(gateway: Gateway): number {
  return (gateway.app.getHttpServer().address() as AddressInfo).port;
}
