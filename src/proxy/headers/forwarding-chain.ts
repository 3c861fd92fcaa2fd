import type { GatewayRequest } from '../../core/gateway-request';

/** Where a request came from and where it goes, as far as its header fields tell. */
export interface Hop {
  /** The socket peer, without an IPv4-mapped prefix; empty on a unix socket. */
  readonly peerAddress: string;
  /** Whether the peer's own forwarding fields are believed and continued. */
  readonly isPeerTrusted: boolean;
  readonly httpVersion: string;
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The fields that tell the hops a request took. Those of the hop before us count only when we trust that peer. */
export class ForwardingChain {
  private forwardedFor = '';
  private forwardedHost = '';
  private forwardedProto = '';
  private forwarded = '';
  private via = '';
  private traceparent = '';

  constructor(private readonly hop: Hop) {}

  /** Notes a field of class `chain`. */
  add(name: string, value: string): void {
    const lower = name.toLowerCase();
    if (lower === 'via') this.via = joined(this.via, value);
    else if (lower === 'traceparent') this.traceparent = value;
    else if (!this.hop.isPeerTrusted) return;
    else if (lower === 'x-forwarded-for') this.forwardedFor = joined(this.forwardedFor, value);
    else if (lower === 'forwarded') this.forwarded = joined(this.forwarded, value);
    else if (lower === 'x-forwarded-host') this.forwardedHost = value;
    else if (lower === 'x-forwarded-proto') this.forwardedProto = value;
  }

  /**
   * The field lines, each chain with the request's own hop behind (RFC 7239, RFC 9110 section 7.6.3, W3C Trace Context).
   * All values were read by the parser of requests or made here: they need no check.
   */
  toLines({ requestId, authority, isSecure }: GatewayRequest, decisionId: string): string {
    const { peerAddress, httpVersion } = this.hop;
    const proto = isSecure ? 'https' : 'http';
    return (
      `\r\nX-Request-ID: ${requestId}` +
      `\r\nX-Forwarded-For: ${joined(this.forwardedFor, peerAddress || 'unknown')}` +
      `\r\nX-Forwarded-Proto: ${this.forwardedProto || proto}` +
      `\r\nX-Forwarded-Host: ${this.forwardedHost || authority}` +
      `\r\nForwarded: ${joined(this.forwarded, forwardedElement(peerAddress, authority, proto))}` +
      `\r\nVia: ${joined(this.via, httpVersion === '1.1' ? '1.1 gatewarden' : `${httpVersion} gatewarden`)}` +
      `\r\ntraceparent: ${TRACEPARENT.test(this.traceparent) ? this.traceparent : newTraceparent(decisionId)}`
    );
  }
}

function joined(before: string, value: string): string {
  return before === '' ? value : `${before}, ${value}`;
}

function forwardedElement(address: string, authority: string, proto: string): string {
  const node = address === '' ? 'unknown' : address.includes(':') ? `"[${address}]"` : address;
  return authority === '' ? `for=${node};proto=${proto}` : `for=${node};host="${authority}";proto=${proto}`;
}

/**
 * A new trace under the id of the decision, so that log and trace lead to each other; marked as sampled, because an
 * upstream that samples by its parent must not lose every trace because of us.
 */
function newTraceparent(decisionId: string): string {
  const spanId = decisionId.slice(19, 23) + decisionId.slice(24);
  return `00-${decisionId.slice(0, 8)}${decisionId.slice(9, 13)}${decisionId.slice(14, 18)}${spanId}-${spanId}-01`;
}
