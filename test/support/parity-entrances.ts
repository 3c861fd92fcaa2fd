import { decide } from '../../src/core/decide';
import { type Decision, REFUSALS } from '../../src/core/decision';
import { MalformedRequest, toGatewayRequest } from '../../src/core/gateway-request';
import type { DecisionPorts } from '../../src/core/ports';
import type { RequestBody } from '../../src/core/request-body';
import { DECISION_PORTS, DecisionService } from '../../src/decision/decision.service';
import type { DecisionMade } from '../../src/decision/decision-made';
import { SnapshotService } from '../../src/snapshot/snapshot.service';
import { EnvoyClient } from './envoy-client';
import type { Gateway } from './gateway';
import type { ParityRequest } from './parity-rows';
import { sendRaw } from './raw-http';

/** What one entrance made of a request. */
export interface Answer {
  readonly code: string;
  readonly cause: string | undefined;
  readonly routeId: string | undefined;
  /** Who it was, as far as two entrances can agree on it. */
  readonly principal: object | undefined;
  /** The status that is meant, whatever the front proxy can be told. */
  readonly status: number;
}

type Fields = readonly (readonly [string, string])[];

/** Every way to get a decision: `decide` itself first, which the others must agree with. */
export const ENTRANCES = ['decide', 'proxy', 'authz', 'forward_auth', 'envoy', 'envoy_grpc'] as const;
export type EntranceName = (typeof ENTRANCES)[number];

/** Envoy's names of the statuses it passes on. */
const ENVOY_STATUSES: Readonly<Record<string, number>> = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  PayloadTooLarge: 413,
  TooManyRequests: 429,
  ServiceUnavailable: 503,
};

/** Sends one request through each entrance of a gateway. */
export class ParityEntrances {
  private made: DecisionMade[] = [];
  private readonly envoy: EnvoyClient;

  constructor(private readonly gateway: Gateway) {
    this.envoy = EnvoyClient.connect(`127.0.0.1:${gateway.grpcPort}`);
    gateway.app.get(DecisionService).onDecision((made) => this.made.push(made));
  }

  ask(name: EntranceName, request: ParityRequest): Promise<Answer> {
    switch (name) {
      case 'decide':
        return this.askDecide(request);
      case 'proxy':
        return this.askProxy(request);
      case 'authz':
        return this.askAuthz(request);
      case 'forward_auth':
        return this.askForwardAuth(request);
      case 'envoy':
        return this.askEnvoy(request);
      case 'envoy_grpc':
        return this.askEnvoyGrpc(request);
    }
  }

  close(): void {
    this.envoy.close();
  }

  private async askDecide(request: ParityRequest): Promise<Answer> {
    const described = toRequest(request);
    if (described instanceof MalformedRequest) {
      const { fault: cause } = described;
      return { code: 'malformed_request', cause, routeId: undefined, principal: { kind: 'nobody' }, status: 400 };
    }
    const { app } = this.gateway;
    try {
      const snapshot = app.get(SnapshotService).current;
      const decision = await decide(described, snapshot, app.get<DecisionPorts>(DECISION_PORTS));
      return toAnswer(decision, decision.allowed ? 200 : REFUSALS[decision.code].status);
    } catch {
      return { code: 'dependency_unavailable', cause: 'fault', routeId: undefined, principal: undefined, status: 503 };
    }
  }

  private askProxy({ method, target, host = 'api.test', headers, body }: ParityRequest): Promise<Answer> {
    return this.send(this.gateway.proxyPort, message(method, target, [['Host', host], ...headers], body));
  }

  private askAuthz({ method, target, host = 'api.test', headers, body }: ParityRequest): Promise<Answer> {
    const length: Fields = body === undefined ? [] : [['X-Original-Content-Length', String(Buffer.byteLength(body))]];
    const describing: Fields = [
      ['Host', 'doors.test'],
      ['X-Original-Method', method],
      ['X-Original-URI', target],
      ['X-Original-Host', host],
    ];
    const text = message('GET', '/authz', [...describing, ...length, ...headers], undefined);
    return this.send(this.gateway.decisionPort, text, statusForNginx);
  }

  private askForwardAuth({ method, target, host = 'api.test', headers, body }: ParityRequest): Promise<Answer> {
    const describing: Fields = [
      ['Host', 'doors.test'],
      ['X-Forwarded-Method', method],
      ['X-Forwarded-Uri', target],
      ['X-Forwarded-Host', host],
      ['X-Forwarded-Proto', 'http'],
    ];
    const text = message(body === undefined ? 'GET' : 'POST', '/authz/forward', [...describing, ...headers], body);
    return this.send(this.gateway.decisionPort, text);
  }

  private askEnvoy({ method, target, host = 'api.test', headers, body }: ParityRequest): Promise<Answer> {
    const text = message(method, `/authz/envoy${target}`, [['Host', host], ...headers], body);
    return this.send(this.gateway.decisionPort, text);
  }

  private async askEnvoyGrpc({ method, target, host = 'api.test', headers, body }: ParityRequest): Promise<Answer> {
    const length: Fields = body === undefined ? [] : [['content-length', String(Buffer.byteLength(body))]];
    const fields = [...headers, ...length].map(([name, value]) => ({ key: name.toLowerCase(), value }));
    this.made = [];
    const http = { method, path: target, host, header_map: { headers: fields }, body: body ?? '' };
    const { http_response, denied_response } = await this.envoy.ask(http);
    const status = http_response === 'ok_response' ? 200 : (ENVOY_STATUSES[denied_response.status.code] ?? 0);
    return toAnswer(this.theDecision(), status);
  }

  private async send(port: number, text: string, statusOf = (_: string, status: number) => status): Promise<Answer> {
    this.made = [];
    const reply = await sendRaw(port, text, 5_000);
    return toAnswer(this.theDecision(), statusOf(reply.text, reply.status));
  }

  private theDecision(): Decision {
    const [only] = this.made;
    if (!only || this.made.length > 1) throw new Error(`${this.made.length} decisions were made on one request`);
    return only.decision;
  }
}

function toRequest({ method, target, host = 'api.test', headers, body }: ParityRequest) {
  const length = body === undefined ? [] : ['Content-Length', String(Buffer.byteLength(body))];
  return toGatewayRequest({
    method,
    target,
    rawHeaders: ['Host', host, ...headers.flat(), ...length],
    isSecure: false,
    clientAddress: lastForwardedFor(headers) ?? '127.0.0.1',
    body: bodyOf(body ?? ''),
    certificate: certificateOf(headers),
  });
}

function bodyOf(body: string): RequestBody {
  const bytes = Buffer.from(body);
  return { read: (maxBytes) => (bytes.length > (maxBytes || Number.POSITIVE_INFINITY) ? 'body_too_large' : bytes) };
}

function lastForwardedFor(headers: Fields): string | undefined {
  return headers
    .find(([name]) => name === 'X-Forwarded-For')?.[1]
    .split(', ')
    .at(-1);
}

function certificateOf(headers: Fields) {
  const hash = headers.find(([name]) => name === 'X-Forwarded-Client-Cert')?.[1].slice('Hash='.length);
  if (hash === undefined) return undefined;
  return { fingerprint: hash, sanUris: [], subject: undefined, validUntilMs: Number.POSITIVE_INFINITY };
}

function message(method: string, target: string, headers: Fields, body: string | undefined): string {
  const length: Fields = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]];
  const lines = [...headers, ...length].map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n${body ?? ''}`;
}

function toAnswer(decision: Decision, status: number): Answer {
  const { code, route, principal } = decision;
  const { kind } = principal;
  return {
    code,
    cause: decision.allowed ? undefined : decision.cause,
    routeId: route?.routeId,
    principal: {
      kind,
      method: 'method' in principal ? principal.method : undefined,
      clientId: kind === 'client' ? principal.client.clientId : undefined,
      subject: 'token' in principal ? principal.token?.subject : undefined,
    },
    status,
  };
}

/** `/authz` answers what nginx understands, and tells the status that is meant beside it. */
function statusForNginx(reply: string, status: number): number {
  const meant = Number(/^x-gatewarden-status: (\d+)\r$/im.exec(reply)?.[1] ?? status);
  const understood = meant === 200 || meant === 401 || meant === 503 ? meant : 403;
  if (status !== understood) throw new Error(`nginx was told ${status}, where ${meant} was meant`);
  return meant;
}
