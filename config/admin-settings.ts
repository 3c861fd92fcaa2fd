import { asIs, define, masked, orNull, type SettingDefinition } from './setting-definition';
import {
  parseAddressBlocks,
  parseBaseUrl,
  parseHttpUrl,
  parseOrigins,
  parseSecret,
  parseTexts,
  wholeNumberFrom,
} from './setting-values';

const url = (name: string, doc: string): SettingDefinition<string | undefined> => ({
  name,
  doc,
  parse: parseHttpUrl,
  byDefault: () => undefined,
  print: orNull,
});

const text = (name: string, doc: string): SettingDefinition<string | undefined> => ({
  name,
  doc,
  parse: parseSecret,
  byDefault: () => undefined,
  print: orNull,
});

const secret = (name: string, doc: string): SettingDefinition<string | undefined> => ({
  ...text(name, doc),
  print: masked,
});

/** The settings of what admins use, and of what calls the gateway or is called by it. */
export const ADMIN_SETTINGS = {
  adminUrl: define<string | undefined>({
    ...url(
      'ADMIN_URL',
      'Where admins reach the admin listener, such as https://admin.example.com: an OpenID provider sends them back there. Unset: 127.0.0.1 and the port of ADMIN_LISTEN.',
    ),
    parse: parseBaseUrl,
  }),
  adminOidcIssuer: url('ADMIN_OIDC_ISSUER', 'The OpenID provider by which admins may log in.'),
  adminOidcClientId: text('ADMIN_OIDC_CLIENT_ID', 'The name of the gateway at that provider.'),
  adminOidcClientSecret: secret(
    'ADMIN_OIDC_CLIENT_SECRET',
    'The secret of the gateway at that provider; unset for a public client.',
  ),
  aegisApiUrl: define<string | undefined>({
    ...url(
      'AEGIS_API_URL',
      'An Aegis-compatible service: its tokens let admins in, and /api/auth/* of the admin listener is passed on to it.',
    ),
    parse: parseBaseUrl,
  }),
  aegisSiteId: text('AEGIS_SITE_ID', 'The site whose events count; unset: those of every site.'),
  aegisTenantApiKey: secret('AEGIS_TENANT_API_KEY', 'Sent as X-Tenant-Api-Key with what is passed on.'),
  aegisWebhookSecret: secret('AEGIS_WEBHOOK_SECRET', 'What /api/webhooks/aegis is signed with; unset: it answers 503.'),
  aegisAdminEmails: define<string[]>({
    name: 'AEGIS_ADMIN_EMAILS',
    doc: 'Who becomes an admin once Aegis has verified the address; separated by commas. Unset: nobody.',
    parse: parseTexts,
    byDefault: () => [],
    print: asIs,
  }),
  aegisAuthCacheTtlSeconds: define<number>({
    name: 'AEGIS_AUTH_CACHE_TTL_SECONDS',
    doc: 'How long a token that Aegis vouched for is not asked about again.',
    parse: wholeNumberFrom(0, 3600),
    byDefault: () => 60,
    print: asIs,
  }),
  siteName: define<string>({
    name: 'SITE_NAME',
    doc: 'The name the console and mail use.',
    parse: parseSecret,
    byDefault: () => 'gatewarden',
    print: asIs,
  }),
  siteDomain: define<string>({
    name: 'SITE_DOMAIN',
    doc: 'The domain the console shows.',
    parse: parseSecret,
    byDefault: () => '',
    print: (domain) => domain || null,
  }),
  corsAllowedOrigins: define<string[]>({
    name: 'CORS_ALLOWED_ORIGINS',
    doc: 'Origins whose pages may call the admin API and /api/auth, such as https://console.example.com; separated by commas.',
    parse: parseOrigins,
    byDefault: () => [],
    print: asIs,
  }),
  webhookAllowedAddresses: define<string[]>({
    name: 'WEBHOOK_ALLOWED_ADDRESSES',
    doc: 'Private addresses and CIDR blocks that webhooks may be sent to; separated by commas. Public ones always may.',
    parse: parseAddressBlocks,
    byDefault: () => [],
    print: asIs,
  }),
};
