import type { GatewayRequest } from '../core/gateway-request';

/** Shorter values are no secrets, and would be found everywhere. */
const MIN_LENGTH = 3;

/** A text in which nothing stands that the request carried in a header or in its query. */
export function withoutSecrets(text: string, { rawHeaders, query }: GatewayRequest): string {
  const values = [
    ...rawHeaders.filter((_, index) => index % 2 === 1),
    ...[...new URLSearchParams(query)].flat(),
    ...query.slice(1).split(/[&=]/),
  ];
  const parts = values.flatMap((value) => [value, ...value.split(/[\s,;="]+/)]);
  const secrets = [...new Set(parts)].filter((value) => value.length >= MIN_LENGTH);
  secrets.sort((one, other) => other.length - one.length);
  return secrets.reduce((clean, secret) => clean.replaceAll(secret, '…'), text);
}
