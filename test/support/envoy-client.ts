import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const DEPS = join(__dirname, '..', '..', 'node_modules', '@grpc', 'grpc-js-xds', 'deps');

// biome-ignore lint/suspicious/noExplicitAny: the published messages are far larger than what the tests say of them
type Message = any;

/** A field of an answer, with what Envoy is to do with it. */
export interface AnsweredField {
  readonly value: string;
  readonly action: string;
}

/** Asks the gRPC door as Envoy does, by the published v3 definition. */
export class EnvoyClient {
  private constructor(private readonly client: Client & { Check: Message }) {}

  static connect(target: string): EnvoyClient {
    const includeDirs = ['envoy-api', 'googleapis', 'protoc-gen-validate', 'xds'].map((name) => join(DEPS, name));
    if (!includeDirs.every((directory) => existsSync(directory))) throw new Error(`${DEPS} lacks the published protos`);
    const options = { includeDirs, keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };
    const loaded = loadPackageDefinition(loadSync('envoy/service/auth/v3/external_auth.proto', options)) as Message;
    const Authorization = loaded.envoy.service.auth.v3.Authorization as ServiceClientConstructor;
    return new EnvoyClient(new Authorization(target, credentials.createInsecure()) as Message);
  }

  /** Sends a whole CheckRequest and resolves to the whole CheckResponse. */
  check(request: object, metadata: Record<string, string> = {}): Promise<Message> {
    const sent = new Metadata();
    for (const [name, value] of Object.entries(metadata)) sent.add(name, value);
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + 5_000;
      const done = (error: Error | null, response: Message) => (error ? reject(error) : resolve(response));
      this.client.Check(request, sent, { deadline }, done);
    });
  }

  /** Sends what stands in `attributes.request.http`, by default `GET /orders/1` for api.test. */
  ask(http: object = {}, metadata: Record<string, string> = {}): Promise<Message> {
    const described = { method: 'GET', path: '/orders/1', host: 'api.test', scheme: 'http', ...http };
    return this.check({ attributes: { request: { http: described } } }, metadata);
  }

  close(): void {
    this.client.close();
  }
}

/** Fields of an answer by name. */
export function answeredFields(options: readonly Message[]): Record<string, AnsweredField> {
  const pairs = options.map(({ header, append_action }) => [
    header.key,
    { value: header.value, action: append_action },
  ]);
  return Object.fromEntries(pairs);
}
