import { type CanonicalHost, toCanonicalHost } from './canonical-host';
import { type CanonicalPath, type PathFault, toCanonicalPath } from './canonical-path';
import type { ForwardedCertificateFault } from './certificates/forwarded-certificate';
import type { ClientCertificate } from './client-certificate';
import { type FieldFault, type Fields, readFields } from './fields';
import { newUuid } from './new-uuid';
import type { RequestBody } from './request-body';

/** What an entrance knows of a request: bytes as received, addresses as it trusts them. */
export interface RequestParts {
  readonly method: string;
  /** The request target (RFC 9112 section 3.2), origin or absolute form. */
  readonly target: string;
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly isSecure: boolean;
  /** The address the request is counted and logged for. */
  readonly clientAddress: string;
  readonly body: RequestBody;
  /** The client's certificate, undefined without one that was verified; a fault when what a proxy tells of it is one. */
  readonly certificate: ClientCertificate | ForwardedCertificateFault | undefined;
  /** What the entrance itself found wrong. */
  readonly fault?: RequestFault;
}

export type RequestFault =
  | PathFault
  | FieldFault
  | ForwardedCertificateFault
  | 'fragment_in_target'
  | 'forbidden_character_in_query'
  | 'bad_host'
  | 'missing_host'
  | 'unsupported_http_version'
  | 'transfer_encoding_on_http_1_0'
  | 'unreadable'
  | 'description_missing'
  | 'description_repeated'
  | 'unknown_method'
  | 'unknown_scheme'
  | 'peer_not_trusted'
  | 'wrong_door_token'
  | 'authority_differs_from_host';

/** A request that may not be decided on: it can be read in more than one way. */
export class MalformedRequest {
  readonly code: 'malformed_request' | 'untrusted_peer' = 'malformed_request';
  /** Empty: what cannot be read in one way is not to be trusted in a log. */
  readonly path = '';
  readonly host = '';
  readonly userAgent = undefined;

  constructor(
    readonly requestId: string,
    readonly method: string,
    readonly clientAddress: string,
    readonly fault: RequestFault,
  ) {}
}

/** The one request value: canonical, complete, and made nowhere but in toGatewayRequest. */
export interface GatewayRequest {
  readonly requestId: string;
  readonly method: string;
  readonly host: string;
  readonly port: string;
  /** The Host field as sent, for X-Forwarded-Host. */
  readonly authority: string;
  readonly path: string;
  /** The path as sent: what a signature may have been made over besides the canonical form. */
  readonly rawPath: string;
  readonly segments: readonly string[];
  readonly hasEncodedSlash: boolean;
  readonly hasSemicolon: boolean;
  /** With its question mark, or empty; never part of matching. */
  readonly query: string;
  readonly userAgent: string | undefined;
  readonly fields: Fields;
  readonly rawHeaders: readonly string[];
  readonly isSecure: boolean;
  readonly clientAddress: string;
  readonly body: RequestBody;
  readonly certificate: ClientCertificate | undefined;
}

const NO_HOST: CanonicalHost = { host: '', port: '' };
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._~+/=:@-]{0,127}$/;

/** The only constructor of a GatewayRequest: canonical, or refused. */
export function toGatewayRequest(parts: RequestParts): GatewayRequest | MalformedRequest {
  const fields = readFields(parts.rawHeaders);
  const requestId = requestIdOf(fields);
  const refuse = (fault: RequestFault) => new MalformedRequest(requestId, parts.method, parts.clientAddress, fault);
  const certificateFault = typeof parts.certificate === 'string' ? parts.certificate : undefined;
  const fault = parts.fault ?? fields.fault ?? certificateFault;
  if (fault) return refuse(fault);

  const host = fields.host === undefined ? NO_HOST : toCanonicalHost(fields.host);
  if (!host) return refuse('bad_host');
  const target = splitTarget(parts.target, host);
  if (typeof target === 'string') return refuse(target);
  const canonical = toCanonicalPath(target.path);
  if (typeof canonical === 'string') return refuse(canonical);
  return build(parts, requestId, fields, host, canonical, target);
}

/** The X-Request-ID of a request where it is well-formed, otherwise a new one. */
export function requestIdOf({ requestId }: Fields): string {
  return requestId && REQUEST_ID.test(requestId) ? requestId : newUuid();
}

function build(
  parts: RequestParts,
  requestId: string,
  fields: Fields,
  host: CanonicalHost,
  canonical: CanonicalPath,
  target: SplitTarget,
): GatewayRequest {
  return {
    requestId,
    method: parts.method,
    host: host.host,
    port: host.port,
    authority: fields.host ?? '',
    path: canonical.path,
    rawPath: target.path,
    segments: canonical.segments,
    hasEncodedSlash: canonical.hasEncodedSlash,
    hasSemicolon: canonical.hasSemicolon,
    query: target.query,
    userAgent: fields.userAgent,
    fields,
    rawHeaders: parts.rawHeaders,
    isSecure: parts.isSecure,
    clientAddress: parts.clientAddress,
    body: parts.body,
    certificate: typeof parts.certificate === 'string' ? undefined : parts.certificate,
  };
}

interface SplitTarget {
  readonly path: string;
  readonly query: string;
}

function splitTarget(target: string, host: CanonicalHost): SplitTarget | RequestFault {
  if (target.includes('#')) return 'fragment_in_target';
  let start = 0;
  if (target.charCodeAt(0) !== 0x2f) {
    const absolute = /^https?:\/\/([^/?]*)/i.exec(target);
    if (!absolute) return 'not_a_path';
    const authority = toCanonicalHost(absolute[1] ?? '');
    if (!authority || authority.host !== host.host || authority.port !== host.port) {
      return 'authority_differs_from_host';
    }
    start = absolute[0].length;
  }
  const mark = target.indexOf('?', start);
  const path = target.slice(start, mark < 0 ? undefined : mark);
  const query = mark < 0 ? '' : target.slice(mark);
  if (!isCleanQuery(query)) return 'forbidden_character_in_query';
  return { path: path === '' ? '/' : path, query };
}

function isCleanQuery(query: string): boolean {
  for (let i = 0; i < query.length; i += 1) {
    const code = query.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f || code > 0xff) return false;
  }
  return true;
}
