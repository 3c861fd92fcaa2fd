import { embeddedDatabase } from './database-url';
import type { SettingDefinition, SettingSurroundings } from './setting-definition';
import { SETTING_TABLE } from './setting-table';
import { SettingValueError } from './setting-value-error';
import { type SettingFault, SettingsError } from './settings-error';
import { readSettingsFile } from './settings-file';
import { missingTlsSettings } from './tls-files';

type SettingTable = typeof SETTING_TABLE;

/** The effective settings of this process; see SETTING_TABLE for what each one means. */
export type Settings = {
  readonly [Key in keyof SettingTable]: SettingTable[Key] extends SettingDefinition<infer T> ? T : never;
};

/** Where settings come from. */
export interface SettingSources {
  env: Record<string, string | undefined>;
  /** Path of the YAML settings file; GATEWARDEN_CONFIG is used when it is left out. */
  file?: string;
  /** Whether the log goes to a terminal (default: no). */
  isTty?: boolean;
}

const DEFINITIONS: SettingDefinition<unknown>[] = Object.values(SETTING_TABLE) as SettingDefinition<unknown>[];
const NAMES = new Set(DEFINITIONS.flatMap(({ name, fallback }) => (fallback ? [name, fallback.name] : [name])));
const KEYS = new Set([...NAMES].map((name) => name.toLowerCase()));

/** Read by other commands of this program, or for the location of the file itself. */
const NOT_SETTINGS = new Set([
  'GATEWARDEN_CONFIG',
  'GATEWARDEN_URL',
  'GATEWARDEN_TOKEN',
  'GATEWARDEN_SIGN_SECRET',
  'GATEWARDEN_EXPORT_KEY',
  'GATEWARDEN_WORKER_NUMBER',
]);
/** Kubernetes adds these for every Service, so one named `gatewarden` must not stop the start. */
const SERVICE_LINK = /(_SERVICE_HOST|_SERVICE_PORT(_\w+)?|_PORT(_\w+)?)$/;

/** Reads defaults, then the file, then the environment; throws one SettingsError with everything that is wrong. */
export function loadSettings({ env, file, isTty = false }: SettingSources): Settings {
  const path = file ?? nonEmpty(env.GATEWARDEN_CONFIG);
  const { values, faults } =
    path === undefined ? { values: new Map<string, string>(), faults: [] } : readSettingsFile(path);
  faults.push(...unknownKeys(values), ...unknownVariables(env));

  const textOf = (name: string): string | undefined => nonEmpty(env[name]) ?? values.get(name.toLowerCase());
  const entries = Object.entries(SETTING_TABLE).map(([key, definition]) => [
    key,
    readSetting(definition as SettingDefinition<unknown>, { textOf, surroundings: { isTty }, faults }),
  ]);
  const settings = Object.freeze(Object.fromEntries(entries)) as Settings;

  faults.push(...missingMasterKey(settings, faults), ...missingTlsSettings(settings));
  faults.push(...missingOidcClient(settings), ...missingAdminUrl(settings));
  faults.push(...missingSharedState(settings, faults));
  if (faults.length > 0) throw new SettingsError(faults);
  return settings;
}

interface Reading {
  textOf: (name: string) => string | undefined;
  surroundings: SettingSurroundings;
  faults: SettingFault[];
}

function readSetting(definition: SettingDefinition<unknown>, reading: Reading): unknown {
  const readers = definition.fallback ? [definition, definition.fallback] : [definition];
  for (const { name, parse } of readers) {
    const text = reading.textOf(name);
    if (text === undefined) continue;
    try {
      return parse(text);
    } catch (error) {
      if (!(error instanceof SettingValueError)) throw error;
      reading.faults.push({ name, message: error.message });
      break;
    }
  }
  return definition.byDefault(reading.surroundings);
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function unknownKeys(values: Map<string, string>): SettingFault[] {
  return [...values.keys()]
    .filter((key) => !KEYS.has(key))
    .map((key) => ({ name: key, message: 'is not a setting this version knows (key in the settings file)' }));
}

function unknownVariables(env: Record<string, string | undefined>): SettingFault[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('GATEWARDEN_') && !NAMES.has(name) && !NOT_SETTINGS.has(name))
    .filter((name) => !SERVICE_LINK.test(name))
    .map((name) => ({ name, message: 'is not a setting this version knows (environment variable)' }));
}

function missingMasterKey(settings: Settings, faults: SettingFault[]): SettingFault[] {
  const { name } = SETTING_TABLE.masterKey;
  if (settings.masterKey || embeddedDatabase(settings.databaseUrl)) return [];
  if (faults.some((fault) => fault.name === name)) return [];
  return [{ name, message: 'is required with a database server; make one with: openssl rand -base64 32' }];
}

/** Workers share the policy by the database, and nonces, limits and failures by Redis. */
function missingSharedState({ workers, databaseUrl, redisUrl }: Settings, faults: SettingFault[]): SettingFault[] {
  if (workers === 1) return [];
  const { databaseUrl: database, redisUrl: redis, workers: setting } = SETTING_TABLE;
  const message = `is needed by ${workers} processes (${setting.name}) that share nonces and limits`;
  const missing = [
    ...(embeddedDatabase(databaseUrl)
      ? [{ name: database.name, message: `must be a database server: ${setting.name} asks for ${workers} processes` }]
      : []),
    ...(redisUrl === undefined ? [{ name: redis.name, message }] : []),
  ];
  return missing.filter(({ name }) => !faults.some((fault) => fault.name === name));
}

function missingOidcClient({ adminOidcIssuer, adminOidcClientId }: Settings): SettingFault[] {
  if (adminOidcIssuer === undefined || adminOidcClientId !== undefined) return [];
  const { name } = SETTING_TABLE.adminOidcClientId;
  return [{ name, message: `is required with ${SETTING_TABLE.adminOidcIssuer.name}: register the gateway there` }];
}

function missingAdminUrl({ adminOidcIssuer, adminUrl, adminListen }: Settings): SettingFault[] {
  if (adminOidcIssuer === undefined || adminUrl !== undefined || adminListen.kind === 'tcp') return [];
  const { name } = SETTING_TABLE.adminUrl;
  return [{ name, message: `is required with ${SETTING_TABLE.adminOidcIssuer.name} on a unix socket` }];
}
