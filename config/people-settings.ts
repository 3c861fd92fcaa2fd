import { maskDatabaseUrl, parseServerDatabaseUrl } from './database-url';
import { maskMailUrl, parseMailUrl } from './mail-url';
import { asIs, define, masked, orNull, type SettingDefinition } from './setting-definition';
import {
  oneOf,
  parseBaseUrl,
  parseColumnName,
  parseSecret,
  parseSwitch,
  parseTableName,
  wholeNumberFrom,
} from './setting-values';

/** How passwords are hashed. */
export type PasswordScheme = 'bcrypt' | 'argon2id' | 'scrypt' | 'pbkdf2';

/** How the gateway signs the tokens of people. */
export type TokenAlgorithm = 'HS256' | 'EdDSA' | 'ES256' | 'RS256';

/** Whether people may register themselves. */
export type Registration = 'open' | 'closed';

const YEAR_SECONDS = 31_536_000;

const column = (name: string, doc: string, byDefault: string): SettingDefinition<string> => ({
  name,
  doc,
  parse: parseColumnName,
  byDefault: () => byDefault,
  print: asIs,
});

const optionalColumn = (name: string, doc: string): SettingDefinition<string | undefined> => ({
  name,
  doc,
  parse: parseColumnName,
  byDefault: () => undefined,
  print: orNull,
});

/** The settings of what people use: their accounts, their tokens, their mail. */
export const PEOPLE_SETTINGS = {
  authEndpoints: define<boolean>({
    name: 'AUTH_ENDPOINTS',
    doc: 'false leaves /api/auth/* on the proxy listener to your routes; true answers it there: log-in, registration, tokens.',
    parse: parseSwitch,
    byDefault: () => true,
    print: String,
  }),
  usersDatabaseUrl: define<string | undefined>({
    name: 'USERS_DATABASE_URL',
    doc: 'The database that has your own table of users: postgres://, mysql://, mariadb:// or mssql://. Unset: the gateway keeps users itself.',
    parse: parseServerDatabaseUrl,
    byDefault: () => undefined,
    print: (url) => (url === undefined ? null : maskDatabaseUrl(url)),
  }),
  usersTable: define<string>({
    name: 'USERS_TABLE',
    doc: 'Your table of users, with its schema where it needs one (schema.table).',
    parse: parseTableName,
    byDefault: () => 'users',
    print: asIs,
  }),
  usersColumnId: column('USERS_COLUMN_ID', 'The column that becomes the sub of tokens; numbers stay numbers.', 'id'),
  usersColumnLogin: column('USERS_COLUMN_LOGIN', 'The column people log in by: an e-mail address or a name.', 'email'),
  usersColumnPassword: column('USERS_COLUMN_PASSWORD', 'The column of password hashes.', 'password'),
  usersColumnRoles: optionalColumn(
    'USERS_COLUMN_ROLES',
    'The column of roles: a list, a JSON array, or a text with commas.',
  ),
  usersColumnActive: optionalColumn(
    'USERS_COLUMN_ACTIVE',
    'The column that tells who may log in: a boolean, a number, or the text active.',
  ),
  usersColumnTenant: optionalColumn('USERS_COLUMN_TENANT', 'The column that names the tenant of a user.'),
  passwordHash: define<PasswordScheme>({
    name: 'PASSWORD_HASH',
    doc: 'How new passwords are hashed: bcrypt, argon2id, scrypt or pbkdf2. Others are verified all the same, and hashed anew at the next log-in.',
    parse: oneOf(['bcrypt', 'argon2id', 'scrypt', 'pbkdf2']),
    byDefault: () => 'bcrypt',
    print: asIs,
  }),
  tokenAlgorithm: define<TokenAlgorithm>({
    name: 'TOKEN_ALGORITHM',
    doc: 'How the tokens of people are signed: HS256 by TOKEN_SECRET; EdDSA, ES256 or RS256 by a key that /.well-known/jwks.json publishes.',
    parse: oneOf(['HS256', 'EdDSA', 'ES256', 'RS256']),
    byDefault: () => 'HS256',
    print: asIs,
  }),
  tokenSecret: define<string | undefined>({
    name: 'TOKEN_SECRET',
    doc: 'The secret of HS256. Unset: the gateway makes one and keeps it sealed in its database.',
    parse: parseSecret,
    byDefault: () => undefined,
    print: masked,
  }),
  tokenTtlSeconds: define<number>({
    name: 'TOKEN_TTL_SECONDS',
    doc: 'How long an access token lives.',
    parse: wholeNumberFrom(10, YEAR_SECONDS),
    byDefault: () => 3600,
    print: asIs,
  }),
  refreshTtlSeconds: define<number>({
    name: 'REFRESH_TTL_SECONDS',
    doc: 'How long a session may lie unused: the life of a refresh token.',
    parse: wholeNumberFrom(60, YEAR_SECONDS),
    byDefault: () => 604_800,
    print: asIs,
  }),
  registration: define<Registration | undefined>({
    name: 'REGISTRATION',
    doc: 'open or closed: whether people may register themselves. Unset: open as long as no other issuer of tokens is enabled.',
    parse: oneOf(['open', 'closed']),
    byDefault: () => undefined,
    print: orNull,
  }),
  failedCredentialsPerMinute: define<number>({
    name: 'FAILED_CREDENTIALS_PER_MINUTE',
    doc: 'How many wrong passwords an address may send in a minute before it is made to wait, each time twice as long, up to an hour; 0 switches this off.',
    parse: wholeNumberFrom(0, 1_000_000),
    byDefault: () => 20,
    print: asIs,
  }),
  smtpUrl: define<string | undefined>({
    name: 'SMTP_URL',
    doc: 'The server that takes mail, smtp:// or smtps://user:password@host:port; log: writes mail to the log instead, for development only. Unset: no mail is sent.',
    parse: parseMailUrl,
    byDefault: () => undefined,
    print: (url) => (url === undefined ? null : maskMailUrl(url)),
  }),
  mailFrom: define<string>({
    name: 'MAIL_FROM',
    doc: 'The sender of mail.',
    parse: parseSecret,
    byDefault: () => 'Gatewarden <gatewarden@localhost>',
    print: asIs,
  }),
  publicUrl: define<string | undefined>({
    name: 'PUBLIC_URL',
    doc: 'Where people reach the proxy listener: the iss of their tokens, and the start of the links in mail.',
    parse: parseBaseUrl,
    byDefault: () => undefined,
    print: orNull,
  }),
};
