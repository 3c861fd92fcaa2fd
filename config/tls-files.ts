import { SETTING_TABLE } from './setting-table';
import type { SettingFault } from './settings-error';

/** The listeners that may speak TLS. */
export type TlsListener = 'proxy' | 'admin';

/** A file and the setting that names it. */
export interface NamedFile {
  readonly name: string;
  readonly path: string;
}

/** The PEM files one listener's TLS is made of. */
export interface TlsFiles {
  readonly listener: TlsListener;
  readonly cert: NamedFile;
  readonly key: NamedFile;
  /** The authorities whose client certificates count, undefined = none is asked for. */
  readonly clientCa: NamedFile | undefined;
}

const KEYS = {
  proxy: { cert: 'proxyTlsCert', key: 'proxyTlsKey', clientCa: 'proxyTlsClientCa' },
  admin: { cert: 'adminTlsCert', key: 'adminTlsKey', clientCa: 'adminTlsClientCa' },
} as const;

type TlsSettingKey = (typeof KEYS)[TlsListener][keyof (typeof KEYS)[TlsListener]];
type TlsSettings = { readonly [Key in TlsSettingKey]: string | undefined };

/** The TLS files of a listener, undefined when it speaks plain HTTP. */
export function tlsFilesOf(settings: TlsSettings, listener: TlsListener): TlsFiles | undefined {
  const file = (setting: TlsSettingKey): NamedFile | undefined => {
    const path = settings[setting];
    return path === undefined ? undefined : { name: SETTING_TABLE[setting].name, path };
  };
  const keys = KEYS[listener];
  const [cert, key] = [file(keys.cert), file(keys.key)];
  return cert && key ? { listener, cert, key, clientCa: file(keys.clientCa) } : undefined;
}

/** TLS takes a certificate and its key: what is missing beside what is set. */
export function missingTlsSettings(settings: TlsSettings): SettingFault[] {
  return Object.values(KEYS).flatMap(({ cert, key, clientCa }) => {
    const given = [cert, key, clientCa].find((setting) => settings[setting] !== undefined);
    if (given === undefined) return [];
    return [cert, key]
      .filter((setting) => settings[setting] === undefined)
      .map((setting) => ({
        name: SETTING_TABLE[setting].name,
        message: `is required with ${SETTING_TABLE[given].name}: TLS takes a certificate and its private key`,
      }));
  });
}
