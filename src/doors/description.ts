import { type ForwardedCertificateFault, forwardedCertificate } from '../core/certificates/forwarded-certificate';
import type { ClientCertificate } from '../core/client-certificate';
import { isProtectedField } from '../core/fields';
import type { RequestFault } from '../core/gateway-request';
import { BoundedCache } from '../proxy/headers/bounded-cache';

/** The parts of a description, each of which may be told once. */
export type DescribedPart =
  | 'target'
  | 'method'
  | 'host'
  | 'scheme'
  | 'originalClientIp'
  | 'bodyLength'
  | 'bodyEncoding'
  | 'isPartialBody'
  | 'doorToken'
  | 'messageLength'
  | 'messageEncoding';

/** What a field of a door's own message is: a part of the description, the client's own, or neither. */
export type FieldRole = DescribedPart | 'forwardedFor' | 'client' | 'drop';

/** The roles of fields by name, at one door. */
export type FieldRoles = BoundedCache<FieldRole>;

const COMMON: ReadonlyMap<string, FieldRole> = new Map<string, FieldRole>([
  ['host', 'drop'],
  ['x-forwarded-for', 'forwardedFor'],
  ['x-original-client-ip', 'originalClientIp'],
  ['x-gatewarden-door-token', 'doorToken'],
  ['content-length', 'messageLength'],
  ['transfer-encoding', 'messageEncoding'],
]);
/** What front proxies tell of the way a request came; clients can send it too, and it is never theirs to say. */
const HOP = /^(?:x-(?:original|forwarded|gatewarden)-|x-real-ip$|forwarded$)/;

/** For front proxies that ask without the body: how long it is, and whether it is chunked. */
export const BODY_FIELDS: Readonly<Record<string, DescribedPart>> = {
  'x-original-content-length': 'bodyLength',
  'x-original-transfer-encoding': 'bodyEncoding',
};

/** The roles of a door whose own describing fields are these. */
export function fieldRoles(describing: Readonly<Record<string, DescribedPart>>): FieldRoles {
  const own = new Map<string, FieldRole>([...COMMON, ...Object.entries(describing)]);
  return new BoundedCache((name) => own.get(name.toLowerCase()) ?? (isHopField(name) ? 'drop' : 'client'));
}

/** In any spelling: `X_Forwarded.Uri` describes nothing, and does not pass for a field of the client either. */
function isHopField(name: string): boolean {
  return isProtectedField(name) && HOP.test(name.toLowerCase().replace(/[_.]/g, '-'));
}

/** What a door was told of the request it is asked about. */
export class Description {
  target: string | undefined;
  method: string | undefined;
  host: string | undefined;
  scheme: string | undefined;
  /** X-Forwarded-For, several fields joined by commas. */
  forwardedFor: string | undefined;
  originalClientIp: string | undefined;
  bodyLength: string | undefined;
  bodyEncoding: string | undefined;
  isPartialBody: string | undefined;
  doorToken: string | undefined;
  /** Content-Length and Transfer-Encoding of the message that describes. */
  messageLength: string | undefined;
  messageEncoding: string | undefined;
  fault: RequestFault | undefined;
  /** The client's own fields, names and values in turn, behind its Host. */
  readonly headers: string[] = ['Host', ''];
  /** The fields of the message, names and values in turn. */
  private told: readonly string[] = [];

  /** Reads the fields of a message, names and values in turn. */
  read(rawHeaders: readonly string[], roles: FieldRoles): void {
    for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
      const name = rawHeaders[i] ?? '';
      this.note(roles.get(name), name, rawHeaders[i + 1] ?? '');
    }
    this.told = rawHeaders;
  }

  /** Read only when it is asked for, which is of trusted peers alone. */
  get certificate(): ClientCertificate | ForwardedCertificateFault | undefined {
    return forwardedCertificate(this.told);
  }

  note(role: FieldRole, name: string, value: string): void {
    if (role === 'client') this.headers.push(name, value);
    else if (role === 'forwardedFor') {
      this.forwardedFor = this.forwardedFor === undefined ? value : `${this.forwardedFor},${value}`;
    } else if (role !== 'drop') {
      if (this[role] === undefined) this[role] = value;
      else this.fault ??= 'description_repeated';
    }
  }

  /** Whether the message has a body of its own. */
  get hasMessageBody(): boolean {
    return this.messageEncoding !== undefined || isLength(this.messageLength);
  }

  /** Whether the message's body may be another than that of the described request. */
  get hasOtherBody(): boolean {
    if (this.isPartialBody === 'true') return true;
    return this.hasMessageBody && this.bodyLength !== undefined && this.bodyLength !== this.messageLength;
  }

  /** Whether the described request has a body, by all that is told. */
  get tellsOfBody(): boolean {
    return this.bodyEncoding ? true : isLength(this.bodyLength ?? this.messageLength) || this.hasMessageBody;
  }
}

/** Whether a length, or what stands in its place, is that of something. */
function isLength(text: string | undefined): boolean {
  return text !== undefined && text !== '' && !/^0+$/.test(text);
}
