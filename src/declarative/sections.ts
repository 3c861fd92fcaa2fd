import type { DeclaredType } from './declared.schema';

/** The format that a declarative file names. */
export const FORMAT = 'gatewarden/1' as const;

/** The sections of a declarative file, by what their objects are. */
export const SECTIONS = {
  issuer: 'issuers',
  service: 'services',
  route: 'routes',
  client: 'clients',
  protect_key: 'protect_keys',
  webhook: 'webhooks',
  permission: 'permissions',
  rate_limit: 'rate_limits',
} as const satisfies Record<DeclaredType, string>;

export type Section = (typeof SECTIONS)[DeclaredType];
